"""What the place file may say of a map in the background: a file of its own, or one host."""

from __future__ import annotations

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

from placedata.definitions.words import Closed

FORM = "https://HOST/{z}/{x}/{y}.png"
_HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$")
_PATH = re.compile(r"^/[A-Za-z0-9._~/{}@-]*$")
_LOOPBACK = ("127.0.0.1", "localhost")

Line = Annotated[str, StringConstraints(min_length=2, max_length=300, pattern=r"^[^\r\n]+$")]


class BackgroundMap(Closed):
    """A map in the background of the map page, in greys: a file, or tiles of one host.

    Parameters
    ----------
    file
        In a data root: GeoTIFF (sheets by a pattern, ``data/sheets/*.tif``), or one MBTiles or
        PMTiles file of pictures or vector tiles. It is read on the server; nothing is fetched from
        elsewhere.
    tiles
        Address of tiles, ``https://HOST/{z}/{x}/{y}.png``: every planner's browser fetches them
        from that host, which the policy of the map page then allows.
    attribution
        Who made it, shown on the map and in prints.
    licence
        Its licence, shown beside.
    crs
        CRS of a GeoTIFF that states none (``EPSG:27700``).
    max_zoom
        The closest zoom that the host has tiles of.
    opacity
        How strongly it is drawn.
    shown
        Whether the map has it before anyone chooses.
    """

    file: str | list[str] | None = None
    tiles: str | None = None
    attribution: Line
    licence: Annotated[str, StringConstraints(min_length=2, max_length=80)] | None = None
    crs: str | None = None
    max_zoom: int | None = Field(default=None, ge=1, le=22)
    opacity: float = Field(default=1.0, ge=0.1, le=1.0)
    shown: bool = False

    @property
    def host(self) -> str | None:
        """The origin that tiles come from, ``https://host``; None for a file."""
        if self.tiles is None:
            return None
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("tiles")
    @classmethod
    def _one_host(cls, value: str | None) -> str | None:
        """Refuse an address of several hosts, with a key in it, or that is no template."""
        if value is None:
            return None
        if message := _wrong(value):
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        """Refuse two sources, none, and fields that belong to the other."""
        if (self.file is None) == (self.tiles is None):
            msg = f"file: … in a data root, or tiles: {FORM}, and not both"
            raise ValueError(msg)
        if self.file is not None and self.max_zoom is not None:
            msg = "max_zoom together with tiles: …; how close a file goes is in the file"
            raise ValueError(msg)
        if self.tiles is not None and self.crs is not None:
            msg = "crs together with file: …; tiles are in EPSG:3857"
            raise ValueError(msg)
        return self


def _wrong(address: str) -> str:
    """Return what an address of tiles must be, or nothing where it is that."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return f"an address of the form {FORM}"
    if "@" in parts.netloc:
        return f"an address without name and password, {FORM}: everyone who opens the map sees it"
    if parts.query or parts.fragment or "?" in address:
        return (
            f"an address without ? and keys, {FORM}: everyone who opens the map sees it (a host "
            "that needs a key is put behind a web server of your own that adds it)"
        )
    if "{s}" in address or "{" in parts.netloc:
        return f"exactly one host, {FORM}: the browser may ask no other"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        return f"https, {FORM} (http only on this machine, 127.0.0.1)"
    names = re.findall(r"\{(\w*)\}", parts.path)
    well = _HOST.match(parts.netloc) and _PATH.match(parts.path)
    if not well or sorted(names) != ["x", "y", "z"] or parts.path.count("{") != 3:
        return f"an address of the form {FORM} with {{z}}, {{x}} and {{y}} once each"
    return ""
