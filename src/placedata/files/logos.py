"""A council's logo: a small SVG or PNG that can do nothing but be looked at."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 200_000
MOST_PIXELS = 4_000
MOST_ELEMENTS = 5_000
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
#: Everything else (script, foreignObject, image, style, animation, text in outside fonts) is not.
ELEMENTS = frozenset({
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs",
    "title", "desc", "use", "symbol", "metadata", "linearGradient", "radialGradient", "stop",
    "clipPath", "mask",
})  # fmt: skip
REFUSED = ("javascript:", "data:", "http:", "https:", "//", "@import", "expression(")


def read_logo(path: Path, label: str) -> dict[str, str]:
    """Return the logo as ``type`` (media type) and ``data`` (base64).

    Parameters
    ----------
    path, label
        The file, and what messages call it.

    Raises
    ------
    DataError
        The file is too large, neither SVG nor PNG, or holds what a picture does not need: scripts,
        handlers, links, styles, entities or anything from elsewhere.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _refusal(label, f"{size:,} bytes", f"at most {MOST_BYTES:,} bytes")
    content = path.read_bytes()
    if content.startswith(PNG):
        _check_png(content, label)
        return {"type": "image/png", "data": base64.b64encode(content).decode()}
    _check_svg(content, label)
    return {"type": "image/svg+xml", "data": base64.b64encode(content).decode()}


def _check_png(content: bytes, label: str) -> None:
    wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not 1 <= wide <= MOST_PIXELS or not 1 <= high <= MOST_PIXELS:
        allowed = f"1 to {MOST_PIXELS:,} pixels each way"
        raise _refusal(label, f"a PNG of {wide:,} by {high:,} pixels", allowed)


def _check_svg(content: bytes, label: str) -> None:
    allowed = "an SVG or PNG picture"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal(label, "neither PNG nor text in UTF-8", allowed) from None
    # Entities are how a small file becomes a large one; a logo needs none.
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper() or "<?xml-stylesheet" in text:
        raise _refusal(label, "an SVG with a document type or style sheet", "an SVG without one")
    try:
        root = ET.fromstring(text)  # noqa: S314  entities are refused above
    except ET.ParseError as error:
        raise _refusal(label, f"no SVG: {error}", allowed) from None
    if root.tag != SVG + "svg":
        raise _refusal(label, f"the element {root.tag!r}", allowed)
    for count, element in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise _refusal(label, f"more than {MOST_ELEMENTS:,} elements", "a simpler picture")
        _check_element(element, label)


def _check_element(element: ET.Element, label: str) -> None:
    """Refuse an element that is no drawing, and attributes that run or fetch something."""
    name = str(element.tag)
    # Editors leave notes of their own, in namespaces of their own, which nothing draws.
    if name.startswith("{") and not name.startswith(SVG):
        return
    short = name.removeprefix(SVG)
    if short not in ELEMENTS:
        allowed = "shapes and gradients only; text as paths"
        raise _refusal(label, f"the element <{short}>", allowed)
    for key, value in element.attrib.items():
        bare, lowered = key.rpartition("}")[2].lower(), value.strip().lower()
        fetches = any(sign in lowered for sign in REFUSED)
        link = bare == "href" and not lowered.startswith("#")
        outside = "url(" in lowered and "url(#" not in lowered
        own = not key.startswith("{") or bare == "href"
        if bare.startswith("on") or (own and (fetches or link or outside)):
            found = f"{bare}={value[:40]!r} in <{short}>"
            raise _refusal(label, found, "attributes that run nothing and fetch nothing")


def _refusal(label: str, found: str, allowed: str) -> DataError:
    return DataError("the logo cannot be used", [Problem(label, "logo", found, allowed)])
