"""Versions as immutable folders and a CURRENT pointer: a reader never sees half a version."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from placedata.errors import LockedError, PlaceDataError, Problem

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
KEPT_VERSIONS = 5
ORPHAN_SECONDS = 3600


def publish_version(
    store: Path, write: Callable[[Path], dict[str, Any]], *, kept: int = KEPT_VERSIONS
) -> str:
    """Write a new version and point CURRENT at it; return its name (``v000001``).

    Parameters
    ----------
    store
        Folder of versions; made when it is not there.
    write
        Writes the files of the version into the folder given and returns what the manifest says
        besides the files' hashes.
    kept
        Versions kept, the newest first.

    Raises
    ------
    PlaceDataError
        The disk is full or the folder cannot be written; the version served before stays.
    """
    store.mkdir(parents=True, exist_ok=True)
    temporary = store / f".tmp-{os.getpid()}-{time.time_ns()}"
    try:
        temporary.mkdir()
        said = write(temporary)
        written = sorted(path for path in temporary.rglob("*") if path.is_file())
        hashes = {path.relative_to(temporary).as_posix(): hash_file(path) for path in written}
        name = f"v{_last_number(store) + 1:06d}"
        manifest = {**said, "version": name, "content": content_hash(hashes), "files": hashes}
        text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        (temporary / MANIFEST).write_text(text, encoding="utf-8")
        for path in [*temporary.rglob("*"), temporary]:
            _sync(path)
        temporary.rename(store / name)
        point_at(store, name)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        problem = Problem(
            str(store),
            "store",
            str(error.strerror or error),
            "a folder with room that can be written",
        )
        raise PlaceDataError(
            f"the snapshot could not be written: {error.strerror or error}", [problem]
        ) from error
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _sweep(store, kept)
    return name


def point_at(store: Path, name: str) -> None:
    """Make the version `name` the one that is served."""
    pointer = store / f".{CURRENT}-{os.getpid()}"
    pointer.write_text(name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(store / CURRENT)
    _sync(store)


def current_version(store: Path) -> str | None:
    """Return the name of the version that is served, or None where nothing is published."""
    try:
        return (store / CURRENT).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def versions(store: Path) -> list[str]:
    """Return the versions kept, oldest first."""
    return sorted(path.name for path in store.glob("v[0-9]*") if (path / MANIFEST).is_file())


def read_manifest(store: Path, name: str, *, check: bool = False) -> dict[str, Any]:
    """Return what the manifest of a version says.

    Raises
    ------
    PlaceDataError
        No such version, or (with `check`) a file that is not the one that was published.
    """
    folder = store / name
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        known = ", ".join(versions(store)) or "none"
        problem = Problem(str(store.name), "version", repr(name), known)
        raise PlaceDataError(f"there is no version {name} that can be read", [problem]) from error
    if check:
        wrong = [
            Problem(
                f"{name}/{file}", "file", "other content than was published", f"sha256 {sha[:12]}…"
            )
            for file, sha in manifest["files"].items()
            if not (folder / file).is_file() or hash_file(folder / file) != sha
        ]
        if wrong:
            raise PlaceDataError(f"version {name} is damaged", wrong)
    return manifest


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_hash(hashes: dict[str, str]) -> str:
    """Return one hash for a set of files: names and hashes, in order of name."""
    text = "\n".join(f"{name} {sha}" for name, sha in sorted(hashes.items()))
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def locked(store: Path) -> Iterator[None]:
    """Hold the store for one build; a lock left by a process that has ended is taken over.

    Raises
    ------
    LockedError
        Another build is running.
    """
    store.mkdir(parents=True, exist_ok=True)
    path = store / ".lock"
    for _ in range(2):
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            holder = _holder(path)
            if holder is not None:
                msg = f"another build (process {holder}) holds {store.name}; wait for it to end"
                raise LockedError(msg) from None
            path.unlink(missing_ok=True)
            continue
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        break
    else:
        msg = f"the lock {path.name} in {store.name} cannot be taken"
        raise LockedError(msg)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _holder(path: Path) -> int | None:
    """Return the process that holds a lock, or None where it has ended."""
    try:
        process = int(path.read_text(encoding="utf-8"))
        if (
            os.name == "nt"
        ):  # os.kill would end the process there; an old lock counts as left behind
            return None if time.time() - path.stat().st_mtime > ORPHAN_SECONDS else process
        os.kill(process, 0)
    except (ValueError, FileNotFoundError, ProcessLookupError):
        return None
    except OSError:
        return process
    return process


def _last_number(store: Path) -> int:
    return max(
        (int(path.name[1:]) for path in store.glob("v[0-9]*") if path.name[1:].isdigit()), default=0
    )


def _sync(path: Path) -> None:
    """Flush a file, or a folder where the platform can, to disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows cannot open a folder; its rename is safe without
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _sweep(store: Path, kept: int) -> None:
    """Remove the oldest versions and what builds that died left behind."""
    served = current_version(store)
    for name in versions(store)[:-kept]:
        if name != served:
            shutil.rmtree(store / name, ignore_errors=True)
    for path in store.glob(".tmp-*"):
        if time.time() - path.stat().st_mtime > ORPHAN_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
