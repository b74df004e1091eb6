"""One HTML file that needs no other: what it may hold, and a guard that refuses the rest."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from placedata.errors import PlaceDataError, Problem

#: Attributes whose address a browser fetches by itself. ``href`` is one but on ``a`` and ``area``.
FETCHED = frozenset(
    {
        "action", "background", "classid", "codebase", "data", "formaction", "href", "icon",
        "manifest", "ping", "poster", "src", "srcset", "imagesrcset", "xlink:href",
    }
)  # fmt: skip
_LINKS = frozenset({"a", "area"})
_INSIDE = ("data:", "#")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ADDRESS = re.compile(
    r"url\(\s*['\"]?\s*([^'\")]*)|(@import\b[^;]*)|(https?:[^\s'\")]*)", re.IGNORECASE
)
_SCRIPT_ADDRESS = re.compile(
    r"(?:https?|wss?):(?://|\\/\\/)[^\s'\"`]*|sourceMappingURL=\S+", re.IGNORECASE
)


def refuse_addresses(html: str, *, trusted: Iterable[str] = ()) -> None:
    """Raise if a browser that opens `html` would fetch anything.

    Addresses in text, and on links that a person may follow, are not fetched and may stay.

    Parameters
    ----------
    html
        A whole document.
    trusted
        Texts of scripts that have been looked at: they hold addresses as names only.

    Raises
    ------
    PlaceDataError
        With one problem for each address: where it is, and what it is.
    """
    guard = _Guard(frozenset(trusted))
    guard.feed(html)
    guard.close()
    if guard.problems:
        raise PlaceDataError(
            f"the file would not open without a network: it asks for {guard.problems[0].found}",
            guard.problems,
        )


class _Guard(HTMLParser):
    """Reads a document and notes each address that would be fetched."""

    def __init__(self, trusted: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[Problem] = []
        self._trusted = trusted
        self._inside = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of an element."""
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" or given.get("http-equiv", "").lower() == "refresh" or "srcdoc" in given:
            self._note(tag, "an element that leads elsewhere")
        for name, value in given.items():
            followed = name == "href" and tag in _LINKS
            if name in FETCHED and not followed and not value.lower().startswith(_INSIDE):
                self._note(f"{tag} {name}", value or "an empty address")
            if name == "style":
                self._css(f"{tag} style", value)
        self._inside, self._text = tag if tag in ("script", "style") else "", []

    def handle_data(self, data: str) -> None:
        """Keep the text of a script or style until it ends."""
        if self._inside:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Look at a script or style that is complete."""
        if tag != self._inside:
            return
        text, self._inside = "".join(self._text), ""
        if tag == "style":
            self._css("style", text)
        elif text not in self._trusted:
            for found in _SCRIPT_ADDRESS.finditer(text):
                self._note("script", found.group(0))

    def _css(self, where: str, text: str) -> None:
        for found in _CSS_ADDRESS.finditer(_COMMENT.sub("", text)):
            address = next(part for part in found.groups() if part is not None).strip()
            if not address.lower().startswith(_INSIDE):
                self._note(where, address or "an empty address")

    def _note(self, where: str, found: str) -> None:
        self.problems.append(
            Problem("map", where, found[:200], "nothing from outside the file", self.getpos()[0])
        )


def without_pictures(css: str) -> str:
    """Return style rules without declarations that name a file, and without comments."""
    return re.sub(r"[\w-]+\s*:[^;{}]*url\([^)]*\)[^;{}]*;?", "", _COMMENT.sub("", css))


def content_policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return a Content-Security-Policy: nothing is fetched, only these very texts are run.

    Parameters
    ----------
    scripts, styles
        Texts between the tags, exactly, with line feeds alone as line ends.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": [_hash(text) for text in scripts],
        "style-src": [_hash(text) for text in styles],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def _hash(text: str) -> str:
    """Return the source expression of an inline text (CSP level 2: SHA-256, base64)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
