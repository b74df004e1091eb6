"""Colours as numbers: how well one is read on another (WCAG 2.2), and the nearest that is."""

from __future__ import annotations

#: Least contrast of text of any size (WCAG 2.2, 1.4.3).
TEXT_CONTRAST = 4.5


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    parts = [channel / 255 for channel in channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darker_until(colour: str, on: str = "#ffffff", ratio: float = TEXT_CONTRAST) -> str:
    """Return the lightest shade of a colour, on its way to black, that is read on a pale one.

    Parameters
    ----------
    colour
        ``#rrggbb``; returned as it is where it passes.
    on
        The pale colour behind it.
    ratio
        The contrast needed, at most that of black.
    """
    for share in range(256):
        shade = "#" + "".join(f"{round(c * (255 - share) / 255):02x}" for c in channels(colour))
        if contrast(shade, on) >= ratio:
            return shade
    return "#000000"


def tint(colour: str, share: float) -> str:
    """Return a colour mixed with white: `share` 0 is white, 1 the colour itself."""
    mixed = (round(255 - (255 - channel) * share) for channel in channels(colour))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
