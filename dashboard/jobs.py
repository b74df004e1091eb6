"""Background jobs that write files for download: kept in a folder of their own, never in the store.

All that is known of a job is in files, so that every worker of a server sees the same. A job runs
as a process of its own (`dashboard.card_job`), at most a few at a time, can be stopped, and is
cleared away after an hour.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: Environment variable that names the folder; a private one of the system's own otherwise.
VARIABLE = "PLACEDATA_JOBS"
#: At most this many run at once, and begin in an hour.
MOST_RUNNING, MOST_AN_HOUR = 2, 20
#: Seconds: after which a finished job is cleared away, and a silent one counts as dead.
KEPT, SILENT = 3600.0, 180.0
#: Room for a file of a card, and for it once more in the ZIP.
MOST_BYTES = 600_000
STATE, CANCEL, REQUEST = "state.json", "cancel", "request.json"
_ID = re.compile(r"^[0-9a-f]{32}$")


class BusyError(Exception):
    """No further job may begin now; the message says why."""


@dataclass(frozen=True)
class Job:
    """What is known of a job.

    Parameters
    ----------
    state
        ``running``, ``done``, ``failed`` or ``cancelled``.
    done, all
        Cards that are made, and that there are.
    name
        Of the area made last.
    reason
        Why it failed.
    failed
        (area code, name, reason) of cards that could not be made.
    file, size
        Name of the ZIP in the job's folder, and its bytes.
    """

    id: str
    state: str = "running"
    done: int = 0
    all: int = 0
    name: str = ""
    reason: str = ""
    failed: tuple[tuple[str, str, str], ...] = ()
    file: str = ""
    size: int = 0
    kinds: tuple[str, ...] = ()
    place: str = ""
    snapshot: str = ""
    updated: float = field(default=0.0, compare=False)

    @property
    def over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state != "running"


class Jobs:
    """The jobs of one store.

    Parameters
    ----------
    store
        Whose snapshots are read; jobs of other stores are apart.
    folder
        Where all jobs are; from the environment or the system's temporary folder unless given.
    """

    def __init__(self, store: Path, folder: Path | None = None) -> None:
        key = hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:16]
        named = os.environ.get(VARIABLE)
        self._above = folder or (Path(named) if named else private_folder())
        self.folder = self._above / key
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self, snapshot: Snapshot, kinds: Sequence[str]) -> Job:
        """Begin the cards of all areas of a snapshot, or return the job that makes or made them.

        Raises
        ------
        BusyError
            Too many run or have begun within the hour, or there is no room for the files.
        """
        self.clear()
        same = _key(snapshot, kinds)
        for job in self._all():
            if job.state in {"running", "done"} and self._read(job.id, REQUEST).get("key") == same:
                return job
        if sum(1 for _ in self._all()) >= MOST_AN_HOUR:
            raise BusyError("Many scorecards have been made within the hour.")
        if shutil.disk_usage(self.folder).free < len(snapshot.areas) * len(kinds) * MOST_BYTES:
            raise BusyError("There is not enough room for so many files on the server.")
        identifier = secrets.token_hex(16)
        slot = self._take_slot(identifier)
        home = self.folder / identifier
        home.mkdir(mode=0o700)
        request = {
            "key": same,
            "slot": slot.name,
            "directory": str(snapshot.directory),
            "manifest": dict(snapshot.manifest),
            "kinds": list(kinds),
        }
        write_json(home / REQUEST, request)
        job = Job(identifier, all=len(snapshot.areas), kinds=tuple(kinds), snapshot=snapshot.id,
                  place=snapshot.place["name"])  # fmt: skip
        write_state(home, job)
        self._children.append(
            subprocess.Popen(  # noqa: S603  our own module, no shell, nothing of the request in it
                [sys.executable, "-m", "dashboard.card_job", str(home)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        return job

    def find(self, identifier: str) -> Job | None:
        """Return a job, or None where there is none (any more)."""
        if not _ID.match(identifier) or not (self.folder / identifier / STATE).is_file():
            return None
        self._reap()
        job = read_state(self.folder / identifier)
        if not job.over and time.time() - job.updated > SILENT:
            job = self._end(job, "failed", "it stopped without a word")
        return job

    def cancel(self, identifier: str) -> None:
        """Ask a job to stop; it does so after the card that it makes."""
        job = self.find(identifier)
        if job is not None and not job.over:
            (self.folder / identifier / CANCEL).touch()

    def result(self, job: Job) -> Path | None:
        """Return the file of a finished job."""
        path = self.folder / job.id / job.file
        return path if job.state == "done" and job.file and path.is_file() else None

    def clear(self) -> None:
        """Remove jobs that are over and older than an hour, and slots whose job is gone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._reap()
        for job in list(self._all()):
            if job.over and time.time() - job.updated > KEPT:
                shutil.rmtree(self.folder / job.id, ignore_errors=True)
        for slot in self.folder.glob("slot-*"):
            held = self.find(slot.read_text("utf-8").strip()) if slot.is_file() else None
            if held is None or held.over:
                slot.unlink(missing_ok=True)

    def _end(self, job: Job, state: str, reason: str) -> Job:
        from dataclasses import replace

        ended = replace(job, state=state, reason=reason)
        write_state(self.folder / job.id, ended)
        return read_state(self.folder / job.id)

    def _take_slot(self, identifier: str) -> Path:
        """Return a slot that no other job holds; to make a file is one step for all workers."""
        for number in range(MOST_RUNNING):
            slot = self.folder / f"slot-{number}"
            try:
                handle = os.open(slot, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(identifier)
            return slot
        raise BusyError("Other scorecards are being made.")

    def _all(self) -> Iterator[Job]:
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir()):
            job = self.find(path.name)
            if job is not None:
                yield job

    def _read(self, identifier: str, name: str) -> dict[str, Any]:
        return read_json(self.folder / identifier / name)

    def _reap(self) -> None:
        """Let processes that have ended go."""
        self._children = [child for child in self._children if child.poll() is None]


def private_folder() -> Path:
    """Return a folder of this account only, in the system's temporary folder.

    Raises
    ------
    PermissionError
        Somebody else has made a folder of that name.
    """
    account = getattr(os, "getuid", lambda: 0)()
    path = Path(tempfile.gettempdir()) / f"placedata-jobs-{account}"
    path.mkdir(mode=0o700, exist_ok=True)
    told = path.lstat()
    if path.is_symlink() or getattr(told, "st_uid", account) != account:
        msg = f"the folder for jobs, {path}, belongs to somebody else; name one in {VARIABLE}"
        raise PermissionError(msg)
    path.chmod(0o700)
    return path


def _key(snapshot: Snapshot, kinds: Sequence[str]) -> str:
    return f"{snapshot.id}/{snapshot.place['geography']}/{','.join(sorted(kinds))}"


def read_state(home: Path) -> Job:
    """Return what a job's file says."""
    told = read_json(home / STATE)
    known = {name: told[name] for name in Job.__dataclass_fields__ if name in told}
    for name in ("failed", "kinds"):
        known[name] = tuple(tuple(x) if isinstance(x, list) else x for x in known.get(name, ()))
    return Job(**{"id": home.name, **known})


def write_state(home: Path, job: Job) -> None:
    """Write what is known of a job, whole or not at all."""
    told = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    write_json(home / STATE, {**told, "updated": time.time()})


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of a file; empty where it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file in one step."""
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    half.write_text(json.dumps(content), "utf-8")
    half.replace(path)
