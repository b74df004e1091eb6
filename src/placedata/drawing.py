"""SVG as text: escaped elements, wrapped words, and the frame with its alternative text.

The only place that writes markup of pictures. Nothing here reads a file, runs a script or refers
to anything outside the picture.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from xml.sax.saxutils import escape as _xml_escape

FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
INK = "#0b0c0c"
FAINT_INK = "#505a5f"
RULE = "#b1b4b6"
#: Bold letters are about this much wider.
BOLD = 1.14
PAPER = "#ffffff"

# Characters that XML 1.0 cannot carry, even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROOT = re.compile(r'<svg\b[^>]*?viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"[^>]*>')
_TOUCHED = re.compile(_FORBIDDEN.pattern[:-1] + "&<>\"']")
# What a line that keeps its width is written as, and the scale of what it stands in.
_SCALE = re.compile(
    r"scale\((?P<scale>[\d.]+) -[\d.]+\)"
    r'|stroke-width="(?P<width>[\d.]+)"(?P<more>[^<>]*?) vector-effect="non-scaling-stroke"'
)
_WIDE = frozenset("MWmw%@—…ŴŵÆŒ&")
_NARROW = frozenset(" .,:;'!|iljtfrI()[]/")


def escape(words: object) -> str:
    """Return text that is safe as content and as an attribute value of XML."""
    told = str(words)
    if _TOUCHED.search(told) is None:  # most of what is written: numbers, colours, plain names
        return told
    clean = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", told)
    return _xml_escape(clean, {'"': "&quot;", "'": "&#39;"})


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, without a trailing zero."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str | None = None, /, **attributes: object) -> str:
    """Return one element.

    Parameters
    ----------
    name
        Tag.
    content
        Markup inside, already escaped; None makes an empty element.
    attributes
        ``stroke_width=2`` becomes ``stroke-width="2"``; a trailing underscore is dropped
        (``class_``); None is left out; floats take one decimal.
    """
    written = "".join(
        f' {_attribute(key)}="{number(value) if isinstance(value, float) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def text(x: float, y: float, words: object, *, size: float = 13, **attributes: object) -> str:
    """Return a line of text with its baseline at `y`; `words` are escaped here."""
    attributes.setdefault("fill", INK)
    return element(
        "text", escape(words), x=float(x), y=float(y), font_size=float(size), **attributes
    )


def text_width(words: str, size: float) -> float:
    """Return about how wide text is, in picture units: an estimate that errs to the wide side."""
    ems = sum(
        0.95 if c in _WIDE else 0.36 if c in _NARROW else 0.7 if c.isupper() else 0.61
        for c in words
    )
    return ems * size


def shorten(words: str, size: float, width: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than `width`."""
    if text_width(words, size) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip(" ,-") + "…"


def wrap(words: str, size: float, width: float, *, lines: int = 3, bold: bool = False) -> list[str]:
    """Return the text broken at spaces into at most `lines` lines, the last one cut if need be."""
    size *= BOLD if bold else 1
    made: list[str] = []
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            made.append(line)
            line = word
        else:
            line = longer
    made.append(line)
    if len(made) > lines:
        made = [*made[: lines - 1], " ".join(made[lines - 1 :])]
    return [shorten(each, size, width) for each in made]


def identifier(*parts: object) -> str:
    """Return an id that is the same for the same parts, and unlike others on the page."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
    return f"pd-{digest[:10]}"


def picture(
    size: tuple[float, float],
    title: str,
    description: str,
    body: str,
    *,
    key: str,
    role: str = "img",
) -> str:
    """Return the whole SVG document element: responsive, titled, described, on white.

    Parameters
    ----------
    size
        Width and height of the view box, in picture units.
    title, description
        Alternative text, read by screen readers and shown by browsers.
    body
        Markup inside.
    key
        Id prefix from `identifier`.
    role
        ``img``, or ``group`` where parts can take the focus.
    """
    width, height = size
    inside = (
        element("title", escape(title), id=f"{key}-title")
        + element("desc", escape(description), id=f"{key}-desc")
        + element("rect", width=width, height=height, fill=PAPER)
        + body
    )
    return element(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role=role,
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
        class_="pd-picture",
        font_family=FONT,
        style=f"display:block;width:100%;max-width:{round(width * 1.25)}px;height:auto",
    )


def plain_strokes(svg: str) -> str:
    """Return a picture whose lines have their width in the units of what they stand in.

    Some programs, typst among them, do not know ``vector-effect`` and draw the lines of a map,
    which is in metres, a hundred times too thin.
    """
    scale = 1.0

    def written(found: re.Match[str]) -> str:
        nonlocal scale
        if found["scale"]:
            scale = float(found["scale"])
            return found[0]
        return f'stroke-width="{float(found["width"]) / scale:.3f}"{found["more"]}'

    return _SCALE.sub(written, svg)


def footed(svg: str, sentences: Sequence[str]) -> str:
    """Return a picture of `picture` with lines of small text beneath it.

    Parameters
    ----------
    sentences
        Each begins on a line of its own; a word that is longer than a line goes over several.
    """
    root = _ROOT.match(svg)
    if root is None:
        msg = "a picture of placedata.drawing begins with its view box"
        raise ValueError(msg)
    width, height = float(root["width"]), float(root["height"])
    told = [line for words in sentences for line in _broken(words, 11, width - 20)]
    if not told:
        return svg
    taller = height + 14 * len(told) + 10
    paper = element("rect", y=height, width=width, height=taller - height, fill=PAPER)
    lines = "".join(
        text(10, height + 10 + 14 * at, line, size=11, fill=FAINT_INK)
        for at, line in enumerate(told)
    )
    head = root[0].replace(
        f'viewBox="0 0 {root["width"]} {root["height"]}"',
        f'viewBox="0 0 {root["width"]} {number(taller)}"',
    )
    return head + svg[root.end() :].removesuffix("</svg>") + paper + lines + "</svg>"


def _broken(words: str, size: float, width: float) -> list[str]:
    """Return all of a text in lines; words without a space, such as addresses, are cut."""
    pieces = []
    for word in words.split():
        rest = word
        while text_width(rest, size) > width:
            end = next(at for at in range(len(rest), 0, -1) if text_width(rest[:at], size) <= width)
            pieces.append(rest[:end])
            rest = rest[end:]
        pieces.append(rest)
    return wrap(" ".join(pieces), size, width, lines=len(pieces)) if pieces else []
