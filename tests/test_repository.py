"""What is committed: no machine paths, registries or secrets; only licences that we may use."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
BUILT = "dashboard/map/bundle/"
DATA = {".csv", ".geojson", ".topojson", ".gpkg", ".gz", ".parquet", ".tif", ".tiff", ".asc"}
DATA |= {".xlsx", ".xls", ".ods", ".zip", ".json"}

#: SPDX licences that a dependency of an MIT-licensed program may have without further thought.
#: Of the copyleft ones only MPL-2.0, which reaches no further than its own files.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "ZPL-2.1", "Zlib",
}  # fmt: skip
#: What else packages call those licences, in the field or the classifier of their metadata.
SPELLINGS = {
    "Apache 2": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
    "ZPL 2.1": "ZPL-2.1",
    "Zope Public License": "ZPL-2.1",
}
#: Packages whose metadata names no licence in a form that can be read; taken from their files.
READ_BY_HAND = {
    "exactextract": "Apache-2.0",  # the whole text in the licence field; LICENSE.txt
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is nothing committed to look at")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts() -> dict[str, str]:
    """Text files by name, without what is built from other people's packages."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if not label(path).startswith(BUILT) and b"\0" not in content:
            found[label(path)] = content.decode("utf-8", errors="replace")
    return found


def lines_with(pattern: str) -> list[str]:
    """``file:line: text`` of every committed line that `pattern` is found in, this file apart."""
    wanted = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        if name != label(Path(__file__)) and wanted.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        if wanted.search(line)
    ]


def locked(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def test_locks_name_no_place_to_fetch_from():
    found = [
        f"{lock.name}: {line}"
        for lock in LOCKS
        for line in lock.read_text("utf-8").splitlines()
        if re.search(r"https?:|file:/|index-url|find-links|trusted-host|(^|\s)/", line)
    ]
    lock = json.loads((ROOT / "dashboard/map/web/package-lock.json").read_text("utf-8"))
    found += [name for name, package in lock["packages"].items() if "resolved" in package]
    assert found == []


def test_every_locked_package_is_held_by_hashes():
    for lock in LOCKS:
        entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_is_tested_is_what_runs():
    run, test = (locked(ROOT / "requirements" / name) for name in ("run.txt", "test.txt"))
    assert run.items() <= test.items()


def test_no_registry_is_named():
    hosts = [
        r"pypi\.(org|io)",
        r"pythonhosted\.org",
        r"registry\.(npmjs|yarnpkg)",
        r"\bdeb\.debian",
    ]
    assert lines_with("|".join(hosts)) == []


def test_no_path_of_one_machine_is_named():
    assert lines_with(r"(?<![\w.<>/~*-])/(work|home|root|tmp|Users)/\w|[A-Z]:\\Users\\") == []


def test_no_secret_is_committed():
    secrets = [
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\bAKIA[0-9A-Z]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{30,}",
        r"\bxox[abp]-[0-9]",
        r"\b(?i:password|passwd|secret|api_?key|token)\s*[=:]\s*['\"][^'\"\s{<$]{8,}['\"]",
    ]
    assert lines_with("|".join(secrets)) == []


def test_nothing_is_left_to_do():
    assert lines_with(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplemented") == []


def test_data_and_pictures_stay_small():
    heavy = {
        label(path): path.stat().st_size
        for path in tracked()
        if path.suffix in DATA
        or label(path).startswith(("data/", BUILT))
        or b"\0" in path.read_bytes()
    }
    assert sum(heavy.values()) <= 15_000_000, sorted(heavy.items(), key=lambda item: -item[1])[:10]
    assert {name: size for name, size in heavy.items() if size > 3_000_000} == {}


def test_nothing_that_a_build_makes_is_committed():
    made = re.compile(r"(^|/)(node_modules|__pycache__|\.placedata|\.venv|dist|\.hypothesis)/")
    assert [label(path) for path in tracked() if made.search(label(path))] == []


@pytest.mark.real
def test_no_published_file_is_copied_here(real_data: Path):
    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    ours = {digest(path): label(path) for path in tracked() if path.stat().st_size > 200}
    copied = {
        ours[found]: path.name
        for path in real_data.rglob("*")
        if path.is_file() and path.stat().st_size < 5_000_000 and (found := digest(path)) in ours
    }
    assert copied == {}


def licences(name: str) -> set[str]:
    """Every licence that the installed package `name` puts us under; "?" for one we cannot read."""
    about = importlib.metadata.metadata(name)
    if name in READ_BY_HAND:
        return {READ_BY_HAND[name]}
    if expression := about.get("License-Expression"):
        # Of licences joined by OR we choose; those joined by AND all hold.
        terms = [re.split(r"\s+OR\s+", term.strip("() ")) for term in expression.split(" AND ")]
        return {next((one for one in term if one in ALLOWED), term[0]) for term in terms}
    classifiers = [
        line.split(" :: ")[-1]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    field = (about.get("License") or "?").strip()
    return {SPELLINGS.get(one, one) for one in classifiers or [field]}


@pytest.mark.parametrize("name", sorted(locked(ROOT / "requirements" / "run.txt")))
def test_every_package_that_runs_has_a_licence_we_may_use(name: str):
    assert licences(name) <= ALLOWED


def test_packages_under_the_gpl_are_not_in_the_locks():
    # Named because each is the obvious choice for something that a place platform does.
    refused = {"pandana", "pymupdf", "python-igraph", "igraph", "factor-analyzer", "pyqt5", "pyqt6"}
    assert [refused & set(locked(lock)) for lock in LOCKS] == [set()] * len(LOCKS)


def test_third_party_lists_every_package_that_runs():
    listed = re.findall(
        r"^\| ([a-z0-9-]+) \| [^|]+ \|", (ROOT / "THIRD_PARTY.md").read_text(), re.MULTILINE
    )
    assert sorted(set(listed) - {"package"}) == sorted(locked(ROOT / "requirements" / "run.txt"))


def test_the_project_is_under_the_mit_licence():
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")


def test_the_readme_opens_with_sentence_picture_and_commands():
    opening = (ROOT / "README.md").read_text("utf-8").splitlines()[:25]
    text = "\n".join(opening)
    order = [
        text.index(part)
        for part in ("placedata turns addresses", "![", "make run", "make test", "placedata serve")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_inside_the_repository_lead_somewhere(page: str):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", (ROOT / page).read_text("utf-8"))
    committed = {label(path) for path in tracked()}
    folder = (ROOT / page).parent
    targets = {os.path.relpath(os.path.normpath(folder / link), ROOT) for link in links}
    missing = {
        target
        for target in targets
        if target not in committed and not any(name.startswith(f"{target}/") for name in committed)
    }
    assert missing == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_knows_every_command_that_is_shown(page: str):
    shown = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / page).read_text("utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert shown - {"sure"} <= targets


def test_ci_runs_make_check_and_then_make_test():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "set -euo pipefail" in script
    assert re.findall(r"^make .*?(\w+)$", script, re.MULTILINE) == ["check", "test"]


def test_system_packages_are_installed_from_one_list():
    scripts = [path for path in tracked() if path.parent.name == ".ci" or path.name == "Makefile"]
    installing = {label(path) for path in scripts if "apt-get install" in path.read_text("utf-8")}
    assert installing == {".ci/tools"}
    listed = (ROOT / ".ci" / "apt-packages.txt").read_text("utf-8").split()
    assert listed == ["chromium", "nodejs", "npm", "poppler-utils"]


def test_the_programs_that_tests_drive_are_here():
    browser = os.environ.get("PLACEDATA_CHROMIUM")
    browsers = [browser] if browser else ["google-chrome", "chromium"]
    missing = [name for name in ("node", "npm", "pdfinfo") if not shutil.which(name)]
    if not any(map(shutil.which, browsers)):
        missing += browsers
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"not on this machine: {', '.join(missing)}; .ci/tools says how to get them")
    assert missing == []
