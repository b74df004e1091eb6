"""What is installed: small at import, complete on every system, found by its entry points."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
with (ROOT / "pyproject.toml").open("rb") as _file:
    PROJECT = tomllib.load(_file)["project"]

HEAVY = {"dash", "exactextract", "flask", "geopandas", "numpy", "pandas", "plotly", "pyarrow"}
HEAVY |= {"pyogrio", "pyproj", "rasterio", "scipy", "shapely", "sklearn", "mapclassify"}


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after `statement`."""
    code = (
        f"{statement}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    )
    paths = [str(ROOT / "src"), str(ROOT)]
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(result.stdout.split())


def test_import_placedata_loads_no_heavy_library():
    assert loaded_by("import placedata") & HEAVY == set()


def test_the_command_line_answers_help_without_heavy_libraries():
    assert loaded_by("import placedata.cli") & HEAVY == set()


def test_python_3_11_to_3_13_are_supported():
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


def test_the_commands_are_installed():
    installed = importlib.metadata.distribution("placedata")
    points = {(point.group, point.name): point.value for point in installed.entry_points}
    assert points["console_scripts", "placedata"] == "placedata.cli:main"
    assert points["placedata.web", "dashboard"] == "dashboard.server:serve"


def test_entry_points_lead_to_something_that_can_be_called():
    for point in importlib.metadata.distribution("placedata").entry_points:
        assert callable(point.load())


def locked(name: str) -> dict[str, str]:
    lock = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^\s\\]+)", lock, re.MULTILINE))


#: The systems that the locks must be complete for.
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_has_all_that_each_system_and_python_asks_for(lock: str, system: str, python: str):
    # The locks are made on Linux with Python 3.11: a package that only Windows or 3.13 needs would
    # be missing without notice, and with hashes required pip would refuse to install.
    pins = locked(lock)
    there = {**SYSTEMS[system], "python_version": python, "python_full_version": f"{python}.0"}
    there |= {"platform_machine": "AMD64" if system == "Windows" else "x86_64", "extra": ""}
    missing = set()
    for name in pins:
        try:
            asked = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # a package of another lock, or of another system
        for text in asked:
            need = Requirement(text)
            if need.marker and not need.marker.evaluate(there):
                continue
            pinned = pins.get(canonicalize_name(need.name))
            if pinned is None or not need.specifier.contains(pinned, prereleases=True):
                missing.add(f"{name} asks for {text}; locked: {pinned}")
    assert missing == set()


@pytest.mark.parametrize("extras", [(), ("test", "dev")])
def test_the_lock_is_inside_the_ranges_of_the_project(extras: tuple[str, ...]):
    pins = locked("test.txt" if extras else "run.txt")
    asked = PROJECT["dependencies"] + [
        text for extra in extras for text in PROJECT["optional-dependencies"][extra]
    ]
    for need in map(Requirement, asked):
        assert need.specifier.contains(pins[canonicalize_name(need.name)]), str(need)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names in the wheel that is built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (path,) = folder.glob("placedata-*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_holds_all_that_the_packages_read(wheel: list[str]):
    packaged = [
        path.relative_to(base).as_posix()
        for base, package in ((ROOT / "src", "placedata"), (ROOT, "dashboard"))
        for path in (base / package).rglob("*")
        if path.is_file() and not {"__pycache__", "web", ".placedata"} & set(path.parts)
    ]
    assert set(packaged) - set(wheel) == set()
    assert "placedata/py.typed" in wheel
    assert "dashboard/map/bundle/map_view.min.js" in wheel


def test_the_wheel_holds_nothing_else(wheel: list[str]):
    others = [
        name
        for name in wheel
        if not name.startswith(("placedata/", "dashboard/")) and ".dist-info/" not in name
    ]
    built = [
        name for name in wheel if "node_modules" in name or name.startswith("dashboard/map/web")
    ]
    assert others + built == []


def test_the_wheel_carries_the_licences(wheel: list[str]):
    names = {name.rsplit("/", 1)[-1] for name in wheel if ".dist-info/licenses/" in name}
    assert names == {"LICENSE", "THIRD_PARTY.md"}
