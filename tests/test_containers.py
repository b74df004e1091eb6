"""The container files say what they must, and the command of the image serves a place for real."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"^[\w./-]+:[\w.-]*\d[\w.-]*(@sha256:[0-9a-f]{64})?$")


def instructions() -> list[tuple[str, str]]:
    """(name, rest) of each instruction of the Dockerfile, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines) if name]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(at for at, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def only(name: str) -> str:
    (rest,) = [rest for found, rest in last_stage() if found == name]
    return rest


def environment() -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(only("ENV")))


@pytest.fixture(scope="module")
def compose():
    with (ROOT / "docker-compose.yml").open(encoding="utf-8") as file:
        return YAML(typ="safe").load(file)


def test_the_base_image_is_pinned_to_a_version_and_the_same_in_each_stage():
    images = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    assert images == {"python:3.12-slim-bookworm"}
    supported = importlib.metadata.metadata("placedata")["Requires-Python"]
    assert "3.12" in Requirement(f"x{supported}").specifier


def test_the_image_is_made_of_locked_wheels_and_no_compiler():
    runs = " & ".join(rest for name, rest in instructions() if name == "RUN")
    installs = re.findall(r"pip install [^&]*", runs)
    assert "--require-hashes --no-deps --only-binary :all:" in installs[0]
    assert "--requirement requirements/container.txt" in installs[0]
    assert installs[1].split()[2:] == ["--no-deps", "--no-build-isolation", "."]
    assert len(installs) == 2
    assert not re.search(r"\b(gcc|g\+\+|build-essential|make|curl|wget|git)\b", runs)
    apt = re.findall(r"apt-get install ([^&]*)", runs)
    assert [line.split() for line in apt] == [["--yes", "--no-install-recommends", "libexpat1"]]


def test_the_image_runs_as_nobody_in_particular():
    assert only("USER") == "10001:10001"
    names = [name for name, _ in last_stage()]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")
    assert "ADD" not in [name for name, _ in instructions()]
    assert environment()["FLASK_DEBUG"] == "0"
    assert not re.search(
        r"(?i)password|secret|token|_key", (ROOT / "Dockerfile").read_text("utf-8")
    )


def test_what_is_copied_into_the_image_is_there_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    assert "*" in ignored
    for name, rest in instructions():
        if name != "COPY" or rest.startswith("--from"):
            continue
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignored, source


def test_place_and_store_of_the_image_are_where_compose_mounts_them(compose):
    found = environment()
    assert (found["PLACEDATA_PLACE"], found["PLACEDATA_STORE"]) == ("/place", "/data")
    app, build = (compose["services"][name] for name in ("app", "build"))
    mounts = {name: service["volumes"] for name, service in (("app", app), ("build", build))}
    assert [one.rsplit(":", 2)[1:] for one in mounts["app"]] == [["/place", "ro"], ["/data", "ro"]]
    assert mounts["build"][0].endswith(":/place:ro")
    assert mounts["build"][1] == "data:/data"  # the one place that is written, by the build alone


def test_the_image_is_watched_by_its_health_page(compose):
    inside = json.loads(only("HEALTHCHECK").split("CMD ", 1)[1])
    outside = compose["services"]["app"]["healthcheck"]["test"]
    assert outside == ["CMD", *inside]
    assert "http://127.0.0.1:8050/healthz" in inside[-1]
    compile(inside[-1], "healthcheck", "exec")


def test_every_service_is_locked_down(compose):
    for name, service in compose["services"].items():
        assert PINNED.match(service["image"]), name
        assert service["user"] == "10001:10001"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert "privileged" not in service
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])
        assert service["mem_limit"]
        assert service["pids_limit"] <= 512
        assert "healthcheck" in service or service["profiles"] == ["job"]
        assert not any("docker.sock" in mount for mount in service["volumes"])


def test_ports_are_open_to_this_machine_only(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(re.match(r"127\.0\.0\.1:", port) for port in ports)
    assert compose["services"]["build"]["network_mode"] == "none"


def test_the_image_and_the_project_have_one_version(compose):
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    tags = {service["image"] for service in compose["services"].values()}
    assert tags == {f"placedata:{version}"}


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^\s\\]+)", text, re.MULTILINE))


def test_the_container_lock_is_the_run_lock_and_gunicorn():
    run, container = locked("run.txt"), locked("container.txt")
    assert run.items() <= container.items()
    assert set(container) - set(run) == {"gunicorn"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_container_lock_has_all_that_its_packages_ask_for(python):
    pins = locked("container.txt")
    there = {**default_environment(), "python_version": python, "sys_platform": "linux"}
    there |= {"platform_system": "Linux", "python_full_version": f"{python}.0", "extra": ""}
    missing = {
        f"{name} asks for {need}"
        for name in ("gunicorn",)
        for need in map(Requirement, importlib.metadata.requires(name) or [])
        if (need.marker is None or need.marker.evaluate(there))
        and canonicalize_name(need.name) not in pins
    }
    assert missing == set()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at libraries of Linux wheels")
def test_the_wheels_need_no_system_library_that_the_slim_image_lacks():
    # libc and its parts, the compiler's run-time libraries and zlib are in every Debian image;
    # libexpat is not in the slim one, so the Dockerfile adds it.
    there = (
        r"(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|gcc_s|stdc\+\+|z|expat|python3.*))\.so.*"
    )
    packages = ["rasterio", "pyogrio", "shapely", "pyproj", "exactextract", "pyarrow", "numpy"]
    packages += ["pandas", "scipy", "scikit-learn", "brotli", "python-calamine", "pydantic-core"]
    missing = {}
    for package in packages:
        files = importlib.metadata.files(package) or []
        compiled = [file.locate() for file in files if ".so" in Path(file).suffixes]
        inside = {Path(file).name for file in compiled}
        for library in compiled:
            for needed in needs(Path(library)):
                if needed not in inside and not re.fullmatch(there, needed):
                    missing[f"{package}: {Path(library).name}"] = needed
    assert missing == {}


def needs(library: Path) -> set[str]:
    """Names of libraries that a 64-bit ELF file asks for (DT_NEEDED), read from its bytes."""
    data = library.read_bytes()
    if data[:5] != b"\x7fELF\x02":
        return set()

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "little")

    start, size, count = number(0x28, 8), number(0x3A, 2), number(0x3C, 2)
    sections = [start + size * at for at in range(count)]
    dynamic = [at for at in sections if number(at + 4, 4) == 6]
    if not dynamic:
        return set()
    strings = number(sections[number(dynamic[0] + 0x28, 4)] + 0x18, 8)
    found = set()
    first, length = number(dynamic[0] + 0x18, 8), number(dynamic[0] + 0x20, 8)
    for at in range(first, first + length, 16):
        if number(at, 8) == 1:
            begin = strings + number(at + 8, 8)
            found.add(data[begin : data.index(b"\0", begin)].decode())
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answer(address: str, data: bytes | None = None) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer, good or bad."""
    asked = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=20) as found:
            return found.status, found.read().decode(), dict(found.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


@pytest.fixture
def served(toy_place, tmp_path):
    """The image's own command, on a free port, with the paths of this machine."""
    if sys.platform == "win32":
        pytest.skip("gunicorn does not run on Windows")
    pytest.importorskip("gunicorn")
    toy_place.open().build()
    command = json.loads(only("CMD"))
    assert command[0] == "gunicorn"
    words = [word.replace("/srv/placedata", str(DEPLOY)) for word in command[1:]]
    port = free_port()
    place = {"PLACEDATA_PLACE": str(toy_place.folder)}
    place |= {"PLACEDATA_STORE": str(toy_place.folder / ".placedata")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    log = (tmp_path / "log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", *command[:1], *words, "--bind", f"127.0.0.1:{port}"],
        # a debugger asked for by mistake must not come up
        env={**os.environ, **place, "PYTHONPATH": paths, "FLASK_DEBUG": "1"},
        cwd=tmp_path, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                answer(f"{address}/healthz")
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def test_the_command_of_the_image_serves_a_place(served, toy_place, tmp_path):
    address, process = served
    status, _, headers = answer(f"{address}/healthz")
    assert status == 200, (toy_place.folder.parent / "log").read_text("utf-8")
    assert "Content-Security-Policy" in headers
    status, text, _ = answer(f"{address}/")
    assert status == 200
    assert "Toytown" in text
    for wrong in (f"{address}/nothing-here", f"{address}/console"):
        status, text, _ = answer(wrong)
        assert status == 404
        assert "Traceback" not in text
        assert "debugger" not in text.lower()
    status, text, _ = answer(f"{address}/_dash-update-component", b"junk")
    assert (status, "Traceback" in text) == (400, False)
    typed = urllib.request.Request(
        f"{address}/areas/?q=999912345678", headers={"Referer": f"{address}/?find=999912345678"}
    )
    with urllib.request.urlopen(typed, timeout=30) as page:
        assert page.status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    # What people search for, a UPRN or a postcode, is in no log.
    log = (tmp_path / "log").read_text("utf-8")
    assert '"GET /areas/ HTTP/1.1" 200' in log
    assert "999912345678" not in log


def test_the_server_needs_to_write_nothing_but_its_heartbeats(served, toy_place):
    address, _ = served
    before = {path: path.stat().st_mtime_ns for path in toy_place.folder.rglob("*")}
    for page in ("/", "/layers", "/layers/people", "/areas/E05990001", "/about"):
        assert answer(address + page)[0] == 200, page
    assert {path: path.stat().st_mtime_ns for path in toy_place.folder.rglob("*")} == before
