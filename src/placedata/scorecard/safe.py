"""Text that no program takes for anything but text: formulas, control characters, file names."""

from __future__ import annotations

import re
import unicodedata

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
#: What spreadsheets read as those signs, written wide as in East Asian text.
WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")

#: Characters that XML 1.0 cannot carry, and those that turn the direction of what follows.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
#: Names that Windows keeps for devices, whatever their ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)
#: Letters of a file name without its ending.
MOST_LETTERS = 80


def safe_text(text: str) -> str:
    """Return text without characters that XML and PDF cannot carry; each becomes U+FFFD."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def safe_cell(value: object) -> object:
    """Return `value`, text that begins like a formula with a leading apostrophe.

    Numbers, also negative ones, stay as they are (OWASP: CSV injection). Spaces before the sign
    do not hide it.
    """
    if not isinstance(value, str):
        return value
    text = safe_text(value)
    if text.startswith(RISKY) or text.lstrip().startswith(RISKY + WIDE):
        return "'" + text
    return text


def file_stem(*parts: object) -> str:
    """Return a file name without ending: ASCII letters, digits and hyphens, at most 80 of them.

    Never empty, never a name that Windows keeps for a device. Letters with marks lose them
    (``Cŵn`` is ``cwn``); what has no plain letter becomes a hyphen.
    """
    joined = unicodedata.normalize("NFKD", "-".join(str(part) for part in parts if part != ""))
    plain = "".join(letter for letter in joined if not unicodedata.combining(letter))
    kept = re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")[:MOST_LETTERS].strip("-")
    return f"x-{kept}" if not kept or kept in _DEVICES else kept
