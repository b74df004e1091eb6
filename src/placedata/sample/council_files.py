"""The logo of the council that does not exist: bulrushes over the water of the marsh."""

from __future__ import annotations

from pathlib import Path

#: Colour of the logo, and of the place's scorecards; white on it has a contrast of 7.9 to 1.
GREEN = "#1d5c3f"
#: Where each bulrush stands, how high its stem begins, and its lean at the top.
RUSHES = ((21, 20, -3), (32, 10, 0), (43, 24, 3))
WAVES = (46, 53)


def write_logo(data: Path) -> None:
    """Write ``council/logo.svg`` under the data folder: shapes only, 64 by 64."""
    path = data / "council" / "logo.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(logo_svg(), encoding="utf-8", newline="\n")


def logo_svg() -> str:
    """Return the logo as SVG."""
    stems = "".join(
        f'<path d="M{x} 44Q{x} {top + 14} {x + lean} {top}" stroke-width="2"/>'
        for x, top, lean in RUSHES
    )
    heads = "".join(
        f'<rect x="{x + lean - 2.5}" y="{top + 2}" width="5" height="13" rx="2.5" '
        f'fill="#f2c14e" stroke="none" transform="rotate({lean * 2} {x + lean} {top + 8})"/>'
        for x, top, lean in RUSHES
    )
    waves = "".join(f'<path d="M9 {y}q6 -5 11.5 0t11.5 0t11.5 0t11.5 0"/>' for y in WAVES)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">\n'
        "<title>Bulrushes over water</title>\n"
        f'<rect width="64" height="64" rx="9" fill="{GREEN}"/>\n'
        '<g fill="none" stroke="#ffffff" stroke-width="2.5" stroke-linecap="round">'
        f"{stems}{heads}{waves}</g>\n</svg>\n"
    )
