"""Declared data roots: the only folders that a layer file can reach, and file hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from placedata.errors import DataError, Problem, nearest
from placedata.files.kept import kept, stamp

_CHUNK = 1 << 20
_MOST_NAMES = 5000


@dataclass(frozen=True)
class Roots:
    """The folders that a place may read, by name.

    Parameters
    ----------
    directories
        Root name (first component of every path in a layer file) -> folder.
    """

    directories: Mapping[str, Path]

    def resolve(self, pattern: str, *, where: str = "") -> list[Path]:
        """Return the files that `pattern` names, sorted, all of them inside their root.

        Parameters
        ----------
        pattern
            ``data/air/*.csv``: root name, then a path or glob, with forward slashes.
        where
            The file that says so (``layers/no2.yaml``), for messages.

        Raises
        ------
        DataError
            If the root is not declared, the path leaves the root (by ``..``, as an absolute path
            or through a symbolic link), or nothing matches. The message carries a near guess.
        """
        root, inner = self._split(pattern, where)
        plain = root / inner
        if plain.is_file():
            found = [plain]
        else:
            found = sorted(path for path in root.glob(inner) if path.is_file())
        if not found:
            raise _refusal(
                where, pattern, "no such file", "a file under the root", self._guess(pattern)
            )
        inside = root.resolve()
        for path in found:
            if not path.resolve().is_relative_to(inside):
                raise _refusal(
                    where, self.label(path), "a link that leaves its root", "files inside the root"
                )
        return found

    def label(self, path: Path) -> str:
        """Return ``data/air/sites.csv`` for a file under the root ``data``; never absolute."""
        for name, directory in self.directories.items():
            for base in (directory, directory.resolve()):
                if path.is_relative_to(base):
                    return (PurePosixPath(name) / path.relative_to(base).as_posix()).as_posix()
        return path.name

    def _split(self, pattern: str, where: str) -> tuple[Path, str]:
        """Return the root's folder and the rest of the path, or refuse."""
        if not pattern or "\0" in pattern or "\\" in pattern or "://" in pattern:
            raise _refusal(where, pattern, "not a path", "root/folder/file with forward slashes")
        parts = PurePosixPath(pattern).parts
        if parts[0].startswith(("/", "~")) or Path(pattern).is_absolute():
            raise _refusal(where, pattern, "an absolute path", self._allowed())
        if ".." in parts:
            raise _refusal(where, pattern, "a path that leaves its root", "no '..' in paths")
        if parts[0] not in self.directories:
            guess = nearest(parts[0], self.directories)
            raise _refusal(
                where, pattern, f"unknown data root {parts[0]!r}", self._allowed(), guess
            )
        root = Path(self.directories[parts[0]])
        if not root.is_dir():
            raise _refusal(where, pattern, f"data root {parts[0]!r} is not a folder", str(root))
        inner = "/".join(parts[1:])
        if not inner:
            raise _refusal(where, pattern, "a data root alone", "root/folder/file")
        return root, inner

    def _allowed(self) -> str:
        return "paths that begin with " + ", ".join(f"{name}/" for name in self.directories)

    def _guess(self, pattern: str) -> str | None:
        """Return the label of the file whose name is most like the missing one."""
        name, *rest = PurePosixPath(pattern).parts
        folder = Path(self.directories[name])
        for part in rest[:-1]:
            if not (folder / part).is_dir():
                break
            folder = folder / part
        labels: list[str] = []
        for path in folder.rglob("*"):
            if len(labels) >= _MOST_NAMES:
                break
            if path.is_file():
                labels.append(self.label(path))
        by_name = {PurePosixPath(label).name: label for label in reversed(labels)}
        guess = nearest(rest[-1], by_name)
        return by_name[guess] if guess else nearest(pattern, labels)


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""

    def digest() -> str:
        made = hashlib.sha256()
        with Path(path).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                made.update(chunk)
        return made.hexdigest()

    return kept(("sha256", stamp(Path(path))), digest, len)


def _refusal(
    where: str, pattern: str, found: str, allowed: str, suggestion: str | None = None
) -> DataError:
    problem = Problem(where or pattern, "path", f"{pattern!r}: {found}", allowed, None, suggestion)
    return DataError("a file cannot be read", [problem])
