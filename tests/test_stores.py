"""Versions are whole or not there; the one served survives every failed build."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from placedata.errors import LockedError, PlaceDataError
from placedata.stores import files


def writer(text):
    def write(folder):
        (folder / "a.txt").write_text(text, "utf-8")
        return {"published": "2026-01-01T00:00:00+00:00"}

    return write


def test_versions_count_up_and_the_newest_is_served(tmp_path):
    assert files.publish_version(tmp_path, writer("one")) == "v000001"
    assert files.publish_version(tmp_path, writer("two")) == "v000002"
    assert files.current_version(tmp_path) == "v000002"
    assert (tmp_path / "v000001" / "a.txt").read_text("utf-8") == "one"


def test_the_version_before_can_be_served_again(tmp_path):
    files.publish_version(tmp_path, writer("one"))
    files.publish_version(tmp_path, writer("two"))
    files.point_at(tmp_path, "v000001")
    assert files.current_version(tmp_path) == "v000001"


def test_a_build_that_fails_leaves_what_is_served(tmp_path):
    files.publish_version(tmp_path, writer("one"))

    def fails(folder):
        (folder / "a.txt").write_text("half", "utf-8")
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        files.publish_version(tmp_path, fails)
    assert files.current_version(tmp_path) == "v000001"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".tmp")] == []


def test_a_full_disk_is_told_in_words(tmp_path):
    files.publish_version(tmp_path, writer("one"))

    def full(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(PlaceDataError, match="No space left"):
        files.publish_version(tmp_path, full)
    assert files.current_version(tmp_path) == "v000001"


def test_a_changed_byte_is_found(tmp_path):
    files.publish_version(tmp_path, writer("one"))
    (tmp_path / "v000001" / "a.txt").write_text("onf", "utf-8")
    assert files.read_manifest(tmp_path, "v000001")["version"] == "v000001"
    with pytest.raises(PlaceDataError, match="damaged"):
        files.read_manifest(tmp_path, "v000001", check=True)


def test_five_versions_are_kept(tmp_path):
    for number in range(7):
        files.publish_version(tmp_path, writer(str(number)))
    assert files.versions(tmp_path) == [f"v{number:06d}" for number in range(3, 8)]


def test_two_builds_cannot_hold_one_place(tmp_path):
    with files.locked(tmp_path), pytest.raises(LockedError, match="another build"):
        files.locked(tmp_path).__enter__()
    with files.locked(tmp_path):
        pass


def test_a_lock_of_a_dead_process_is_taken_over(tmp_path):
    process = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    (tmp_path / ".lock").write_text(process.stdout.decode().strip(), "utf-8")
    with files.locked(tmp_path):
        pass


PUBLISHER = """
import sys
from pathlib import Path
from placedata.stores.files import publish_version
def write(folder):
    for name in "abcdef":
        (folder / name).write_text(name * 200_000)
    return {"published": "x"}
while True:
    publish_version(Path(sys.argv[1]), write)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this platform has no SIGKILL")
def test_killed_at_any_moment_readers_find_a_whole_version(tmp_path):
    files.publish_version(tmp_path, writer("one"))
    for attempt in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(tmp_path)], env={**os.environ}
        )
        time.sleep(0.25 + 0.013 * attempt)
        process.kill()
        process.wait()
        served = files.current_version(tmp_path)
        assert served is not None
        manifest = files.read_manifest(tmp_path, served, check=True)
        assert json.dumps(manifest)
