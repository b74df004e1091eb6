"""How a card looks by the place file's wish: council, logo, colours, sections."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: Sections of a card in the order in which they stand unless the place file says otherwise.
SECTIONS = (
    "summary", "scores", "standing", "indicators", "people", "changes", "sensors", "method",
)  # fmt: skip
COLOUR = "#12436d"
ACCENT = "#801650"


@dataclass(frozen=True)
class Branding:
    """Name, logo, colours and sections of a card.

    Parameters
    ----------
    council
        Who publishes the card.
    colour
        Of headings and bars, ``#rrggbb``; white text can be read on it, and it on white.
    accent
        Of what is worse or warned of; never the only sign.
    logo, logo_type, logo_alt
        The picture in base64, its media type and its alternative text; empty without one.
    sections
        Which sections stand on the card, in order; the method is always among them.
    """

    council: str
    colour: str = COLOUR
    accent: str = ACCENT
    logo: str = ""
    logo_type: str = ""
    logo_alt: str = ""
    sections: tuple[str, ...] = SECTIONS

    @property
    def logo_address(self) -> str:
        """The logo as a ``data:`` address; empty without one."""
        return f"data:{self.logo_type};base64,{self.logo}" if self.logo else ""

    def told(self) -> dict[str, Any]:
        """Return the branding for JSON: of the logo only what it is and its SHA-256."""
        digest = hashlib.sha256(self.logo.encode()).hexdigest() if self.logo else ""
        return {
            "council": self.council, "colour": self.colour, "accent": self.accent,
            "logo_sha256": digest, "logo_type": self.logo_type, "logo_alt": self.logo_alt,
            "sections": list(self.sections),
        }  # fmt: skip


def branding_of(snapshot: Snapshot) -> Branding:
    """Return the branding that the place file asked for when the snapshot was made."""
    style = snapshot.place.get("scorecard") or {}
    logo = style.get("logo") or {}
    return Branding(
        council=style.get("council") or snapshot.place["publisher"],
        colour=style.get("colour") or COLOUR,
        accent=style.get("accent") or ACCENT,
        logo=logo.get("data", ""),
        logo_type=logo.get("type", ""),
        logo_alt=logo.get("alt", ""),
        sections=tuple(style.get("sections") or SECTIONS),
    )


def branding_fields() -> dict[str, Any]:
    """Return the JSON Schema of what `Branding.told` returns."""
    text = {"type": "string"}
    return {
        "description": "Name, colours and sections of a card; of the logo only its SHA-256.",
        "type": "object",
        "properties": {
            "council": text, "colour": text, "accent": text, "logo_sha256": text,
            "logo_type": text, "logo_alt": text,
            "sections": {"type": "array", "items": {"enum": list(SECTIONS)}},
        },
        "required": [
            "council", "colour", "accent", "logo_sha256", "logo_type", "logo_alt", "sections",
        ],
        "additionalProperties": False,
    }  # fmt: skip
