"""What the place file may say of its scorecards: council, colours, sections, peers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from placedata.colours import TEXT_CONTRAST, contrast, darker_until
from placedata.definitions.words import Closed, LayerId

Section = Literal[
    "summary", "scores", "standing", "indicators", "people", "changes", "sensors", "method"
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
PAPER = "#ffffff"


class Logo(Closed):
    """A council's logo: an SVG or PNG file in a data root, at most 200 kB.

    Parameters
    ----------
    file
        The picture. An SVG with scripts, links, styles or pictures from elsewhere is refused.
    alt
        What it shows, for those who do not see it: the council's name.
    """

    file: str
    alt: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class CardStyle(Closed):
    """How scorecards look: council, logo, colours, sections.

    Parameters
    ----------
    council
        Who publishes the scorecards; the place's `publisher` where left out.
    logo
        The logo in the header ([logo](#logo)).
    colour
        Of headings, bars and the area itself, ``#rrggbb``. It stands on white and white on it, so
        its contrast to white must be at least 4.5 to 1; `check` tells the nearest that is.
    accent
        Of what is worse or warned of; the same contrast is needed.
    sections
        The sections of a card, in order: `summary`, `scores`, `standing` (strengths and
        weaknesses), `indicators`, `people`, `changes`, `sensors`, `method`. The method, with
        licences and how to make the card again, is always there: last, where it is not named.
    people
        Layers that say how many people and homes there are; where left out, the totals in people,
        households or homes that most layers are divided by.
    """

    council: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    logo: Logo | None = None
    colour: Colour | None = None
    accent: Colour | None = None
    sections: list[Section] | None = None
    people: list[LayerId] = Field(default_factory=list)

    @field_validator("colour", "accent")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        """Refuse a colour that cannot be read on white."""
        if value is None or contrast(value, PAPER) >= TEXT_CONTRAST:
            return value
        msg = (
            f"a colour with a contrast of at least {TEXT_CONTRAST} to 1 to white (this one has "
            f"{contrast(value, PAPER):.2f} to 1; its nearest shade that passes is "
            f"{darker_until(value)})"
        )
        raise ValueError(msg)

    @field_validator("sections")
    @classmethod
    def _each_once(cls, value: list[Section] | None) -> list[Section] | None:
        """Refuse a section named twice; put the method last where it is not named."""
        if value is None:
            return None
        if len(set(value)) < len(value):
            msg = "each section once"
            raise ValueError(msg)
        return value if "method" in value else [*value, "method"]


class PeerRule(Closed):
    """Which areas an area is set beside: those most like it.

    Parameters
    ----------
    by
        Layers that say what areas are like; best what is not judged: age, density, income.
        Distance is measured between their newest figures, each divided by its spread.
    count
        How many peers each area has.
    """

    by: list[LayerId] = Field(min_length=1)
    count: int = Field(default=5, ge=2, le=50)
