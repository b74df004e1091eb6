"""The place file and layer files of the sample place, copied beside its data."""

from __future__ import annotations

from pathlib import Path

#: In an installed package the files lie beside this module, in a clone at the top of it.
_PACKAGED = Path(__file__).parent / "definition"
_CLONE = Path(__file__).parents[3]


def definition_folder() -> Path | None:
    """Return the folder that holds ``place.yaml`` and ``layers`` of the sample, or None."""
    for folder in (_PACKAGED, _CLONE):
        if (folder / "place.yaml").is_file() and (folder / "layers").is_dir():
            return folder
    return None


def write_definition(directory: Path) -> int:
    """Copy the place file and the layer files to `directory`; files there already stay.

    Returns
    -------
    The number of files written.
    """
    folder = definition_folder()
    if folder is None:
        return 0
    sources = [folder / "place.yaml", *sorted((folder / "layers").rglob("*.yaml"))]
    written = 0
    for source in sources:
        target = directory / source.relative_to(folder)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            written += 1
    return written
