"""Zip guards: what a compressed file may unpack to before anything is read from it."""

from __future__ import annotations

import gzip
import stat
import zipfile
from pathlib import Path, PurePosixPath

from placedata.errors import DataError, Problem

MOST_MEMBERS = 1_000
MOST_BYTES = 500_000_000
MOST_RATIO = 100
#: Below this size a high ratio harms nobody (a sheet of blanks compresses 200 to 1).
RATIO_FREE_BYTES = 20_000_000
_NESTED = (".zip", ".gz", ".7z", ".rar", ".bz2", ".xz", ".tar", ".tgz")


def check_zip(path: Path, *, most_bytes: int = MOST_BYTES) -> list[str]:
    """Return the member names of a zip file that is safe to unpack.

    Parameters
    ----------
    path
        The file.
    most_bytes
        The most that it may unpack to; more than usual only where it is read in pieces.

    Raises
    ------
    DataError
        If it is not a zip, has too many members, unpacks to too much, or holds a nested archive,
        a symbolic link, an encrypted member or a name that leaves the archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise _refusal(path, f"a damaged archive ({error})", "a zip file") from error
    if len(members) > MOST_MEMBERS:
        raise _refusal(path, f"{len(members)} members", f"at most {MOST_MEMBERS}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > most_bytes:
        raise _refusal(path, f"{unpacked:,} bytes when unpacked", f"at most {most_bytes:,}")
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > RATIO_FREE_BYTES and unpacked / packed > MOST_RATIO:
        raise _refusal(path, f"compressed {unpacked / packed:.0f} to 1", f"at most {MOST_RATIO}")
    for member in members:
        _check_member(path, member)
    return [member.filename for member in members]


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise _refusal(path, f"member {member.filename!r}", "names inside the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refusal(path, f"symbolic link {member.filename!r}", "plain files")
    if member.flag_bits & 1:
        raise _refusal(path, f"encrypted member {member.filename!r}", "plain files")
    if name.suffix.lower() in _NESTED:
        raise _refusal(path, f"archive {member.filename!r} in an archive", "plain files")


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, unpacked if it is gzip, never more than the guard allows."""
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    if not packed:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal(path, f"{path.stat().st_size:,} bytes", f"at most {MOST_BYTES:,}")
        return path.read_bytes()
    try:
        with gzip.open(path) as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise _refusal(path, f"a damaged gzip file ({error})", "a gzip file") from error
    if len(content) > MOST_BYTES:
        raise _refusal(path, "more bytes when unpacked", f"at most {MOST_BYTES:,}")
    return content


def _refusal(path: Path, found: str, allowed: str) -> DataError:
    return DataError("a file is not safe to read", [Problem(path.name, "file", found, allowed)])
