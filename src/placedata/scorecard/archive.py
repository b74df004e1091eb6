"""ZIP files that are the same for the same content, whenever and wherever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

#: Formats that are packed already: to pack them again takes time and gains nothing.
PACKED = frozenset({".xlsx", ".pptx", ".pdf", ".zip", ".parquet"})


def write_zip(files: Iterable[Path], target: Path, published: str) -> Path:
    """Write files of one folder to a ZIP, by name, each with the date of the snapshot.

    Parameters
    ----------
    published
        ISO 8601; the ZIP says that all its files are of then.
    """
    half = target.with_name(target.name + ".part")
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files, key=lambda item: item.name):
            archive.writestr(_entry(path.name, published), path.read_bytes())
    half.replace(target)
    return target


def zipped(files: Mapping[str, bytes], published: str) -> bytes:
    """Return files by name as a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(_entry(name, published), files[name])
    return buffer.getvalue()


def _entry(name: str, published: str) -> zipfile.ZipInfo:
    moment = datetime.fromisoformat(published)
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    packed = Path(name).suffix in PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry
