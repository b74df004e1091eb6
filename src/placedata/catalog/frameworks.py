"""Framework files: those that ship with placedata, and those of a place."""

from __future__ import annotations

from pathlib import Path

from placedata.documents import Document, read_document, validate
from placedata.errors import ConfigError
from placedata.framework import Framework


def shipped_frameworks() -> dict[str, Path]:
    """Return the frameworks that come with placedata, by id."""
    folder = Path(__file__).parent.parent / "frameworks"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_framework(path: Path, label: str | None = None) -> Framework:
    """Return the framework in a YAML file; its id is the file's name.

    Raises
    ------
    ConfigError
        With every problem in the file.
    """
    document = read_document(path, label or path.name)
    if isinstance(document.data, dict):
        document = Document(document.label, {"id": path.stem, **document.data}, document.lines)
    framework, problems = validate(Framework, document)
    if framework is None:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        msg = f"{count} in the framework {document.label}"
        raise ConfigError(msg, problems)
    return framework
