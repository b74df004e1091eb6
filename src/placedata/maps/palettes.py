"""Map palettes that survive colour blindness, grey print and projectors; never red against green.

Sequential colours are samples of viridis (van der Walt and Smith, CC0) and cividis (Nunez,
Anderton and Renslow 2018, doi:10.1371/journal.pone.0199239, CC0): lightness rises steadily.
Where a layer says which way is good, the dark end is always the worse one, so that the eye goes
to where help is needed; where it does not, darker means more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from placedata.colours import channels, contrast
from placedata.errors import ConfigError

Polarity = Literal["higher_is_better", "lower_is_better", "neutral"]

#: Dark to light, at equal steps of each colour map.
_RAMPS = {
    "viridis": (
        "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c",
        "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725",
    ),
    "cividis": (
        "#00224e", "#0a326a", "#2b446e", "#434e6c", "#575d6d", "#707173",
        "#878479", "#a59c74", "#c3b369", "#dfcc53", "#fee838",
    ),
}  # fmt: skip
#: Blue (better or less) through near white to burnt orange (worse or more).
_DIVERGING = ("#12436d", "#2f6ca8", "#7fb0de", "#f1f1ef", "#f2a765", "#c8601a", "#7a2e00")

NO_DATA_FILL = "#ffffff"
NO_DATA_LINE = "#6f777b"
SUPPRESSED_FILL = "#e6e6e6"
SUPPRESSED_LINE = "#505a5f"
FEWEST, MOST = 1, 9
#: Share of its colour that an area keeps over a background map; the rest lets the map be read.
THROUGH = 0.7
#: Nine classes of cividis are no longer apart for people without blue cones (tritanopia).
MOST_OF = {"viridis": 9, "cividis": 8}


@dataclass(frozen=True)
class Palette:
    """Colours for classes 1 to k, and the black or white that reads best on each.

    Parameters
    ----------
    name
        ``viridis``, ``cividis`` or ``blue_orange``.
    colours
        ``#rrggbb`` of class 1 (lowest values) to class k.
    inks
        Text colour for each class, contrast at least 4.5 to 1.
    note
        What dark or which hue means, in plain words, for the legend.
    """

    name: str
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    note: str

    @property
    def k(self) -> int:
        """How many classes there are colours for."""
        return len(self.colours)


def sequential(k: int = 5, *, polarity: Polarity = "neutral", name: str = "viridis") -> Palette:
    """Return a palette from light to dark or dark to light, by polarity.

    Parameters
    ----------
    k
        Classes, 1 to 9 (cividis: 8).
    polarity
        ``higher_is_better``: class 1 is darkest. ``lower_is_better``: class k is darkest.
        ``neutral``: class k (most) is darkest.
    name
        ``viridis`` or ``cividis``.

    Raises
    ------
    ConfigError
        k out of range or an unknown name.
    """
    if name not in _RAMPS:
        raise ConfigError(f"palette: found {name!r}; allowed: {', '.join(_RAMPS)}")
    _check(k, MOST_OF[name])
    dark_to_light = tuple(_sample(_RAMPS[name], _at(i, k)) for i in range(k))
    rising = dark_to_light if polarity == "higher_is_better" else dark_to_light[::-1]
    note = "Darker is more." if polarity == "neutral" else "Darker is worse."
    return _palette(name, rising, note)


def diverging(k: int = 5, *, polarity: Polarity = "neutral") -> Palette:
    """Return a palette around a reference: blue on the better (or lower) side, orange on the other.

    An odd k has a near-white middle class; an even k has none. Use with
    `placedata.maps.edges.breaks_around`.
    """
    _check(k)
    if k % 2 or k == 1:
        places = [i / max(1, k - 1) for i in range(k)] if k > 1 else [0.5]
    else:
        # Skip the near-white middle, which would belong to neither side.
        half = k // 2
        side = [0.38 * i / max(1, half - 1) for i in range(half)] if half > 1 else [0.15]
        places = [*side, *(1 - p for p in reversed(side))]
    blue_first = tuple(_sample(_DIVERGING, place) for place in places)
    colours = blue_first[::-1] if polarity == "higher_is_better" else blue_first
    words = ("less", "more") if polarity == "neutral" else ("better", "worse")
    note = f"Blue is {words[0]} than the reference, orange is {words[1]}."
    return _palette("blue_orange", colours, note)


def paler(palette: Palette, through: float = THROUGH) -> Palette:
    """Return a palette as it is seen over the white paper of a background map.

    Parameters
    ----------
    through
        Share of its colour that an area keeps, 0 to 1.
    """
    white = (1 - through) * 255 + 0.5
    seen = tuple(
        "#" + "".join(f"{int(through * part + white):02x}" for part in channels(colour))
        for colour in palette.colours
    )
    return _palette(palette.name, seen, palette.note)


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on `colour` (always at least 4.5 to 1)."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def _check(k: int, most: int = MOST) -> None:
    """Refuse a number of classes that the palette cannot keep apart."""
    if not FEWEST <= k <= most:
        raise ConfigError(f"number of classes: found {k}; allowed: {FEWEST} to {most}")


def _palette(name: str, colours: tuple[str, ...], note: str) -> Palette:
    """Return the palette with its inks."""
    return Palette(name, colours, tuple(ink_on(colour) for colour in colours), note)


def _at(i: int, k: int) -> float:
    """Return where class i of k samples a ramp."""
    return 0.5 if k == 1 else i / (k - 1)


def _sample(ramp: tuple[str, ...], place: float) -> str:
    """Return the colour at `place` (0 to 1) of a ramp, straight between its samples."""
    position = place * (len(ramp) - 1)
    left = min(int(position), len(ramp) - 2)
    share = position - left
    pairs = zip(channels(ramp[left]), channels(ramp[left + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
