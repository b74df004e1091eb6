"""Text that a spreadsheet must not take for a formula."""

from __future__ import annotations

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return `value`, text that begins like a formula with a leading apostrophe.

    Numbers, also negative ones, stay as they are (OWASP: CSV injection).
    """
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return value
