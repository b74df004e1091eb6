"""The numbers that a scorecard is made of: gaps, figures, scores, sources."""

from __future__ import annotations

from dataclasses import dataclass

#: Shorthand of the Government Analysis Function for a figure that is not there.
SHORTHAND = {"suppressed": "[c]", "missing": "[x]"}


@dataclass(frozen=True)
class Gap:
    """How a number of the area stands to another number.

    Parameters
    ----------
    against
        ``place``, ``peers``, ``previous`` (the own figure of the period before) or, on the card of
        a place, ``comparator``.
    value
        The other number, in the same unit.
    difference
        The area's number minus the other.
    direction
        ``better`` or ``worse`` by polarity, ``higher`` or ``lower`` where neither is better,
        ``same`` where the two are equal as they are written.
    clear
        Whether the difference is more than chance can explain (nine in ten); None where the
        figures do not come with a margin of error, so nobody can tell.
    """

    against: str
    value: float
    difference: float
    direction: str
    clear: bool | None


@dataclass(frozen=True)
class NodeScore:
    """One score of the area: the index, a dimension or a component.

    Parameters
    ----------
    score
        0 to 100, higher is better; None where too little was observed.
    rank, of
        1 is best among the `of` areas that have a score.
    low, high
        Nine of ten repeats of the index, with its choices and the chance in its figures varied,
        rank the area between these two.
    median
        The middle rank of the repeats.
    chance_top, chance_bottom
        Share of the repeats that rank the area among the first and the last tenth.
    group
        Areas of one group cannot be told apart by this score; 1 is the group at the top.
    place_mean, peer_mean
        Simple mean of all areas' scores, and of the area's peers.
    spread
        Standard deviation of all areas' scores: more than one from the mean is what makes a
        strength or a weakness.
    coverage
        Share of the score's weight that was really observed, 0 to 1.
    label
        ``strength``, ``weakness`` or empty.
    indicators
        How many indicators there are below the node.
    disagree
        Share of plausible ways to weigh the index that would place the area otherwise; None
        where the snapshot does not have it.
    gaps
        Against the mean of all areas: clear where the rank interval leaves out the middle rank.
    """

    id: str
    title: str
    level: str
    parent: str | None
    question: str
    score: float | None
    rank: int | None
    of: int
    low: int | None
    high: int | None
    group: int | None
    place_mean: float | None
    coverage: float
    label: str
    indicators: int
    median: float | None = None
    chance_top: float | None = None
    chance_bottom: float | None = None
    peer_mean: float | None = None
    spread: float | None = None
    disagree: float | None = None
    gaps: tuple[Gap, ...] = ()

    def gap(self, against: str) -> Gap | None:
        """Return how the score stands to ``place`` or ``peers``, or None."""
        return next((item for item in self.gaps if item.against == against), None)


@dataclass(frozen=True)
class Figure:
    """One layer's figure for the area.

    Parameters
    ----------
    value
        In `unit`; None unless `status` is ``ok``.
    place, basis
        The whole place's value and how it was made.
    comparator
        The wider area's value, or None where the data do not have it.
    peers
        Simple mean of the peers' values, or None without peers.
    rank, of
        1 is best by polarity among the `of` areas with a figure; None for neutral layers.
    rank_low, rank_high
        Best and worst rank that the margins of error allow; None where they are not known.
    error
        Standard error of the value, in `unit`; None where none is known.
    low, high
        90 % interval of the value.
    error_sampling, error_apportionment, error_sensors
        Parts of the standard error: chance, sharing out between areas, few sensors.
    score
        The indicator's score, 0 to 100, or None for layers outside the index.
    trend
        (period, value) of every period, oldest first.
    place_trend
        The same for the whole place.
    hidden_periods
        The periods of the trend whose figure exists and is not shown.
    gaps
        Against the place, the peers and the period before.
    grade, reasons
        Quality, ``A`` best to ``D``, and why; empty where the snapshot has no grades.
    note
        Why there is no figure; of an area made of several also how its figure was made.
    age
        ``current``, ``due``, ``overdue``, ``no set date`` or ``age not known``; empty where the
        snapshot has none.
    trace
        Reference under which the figure can be traced: ``placedata trace REFERENCE``.
    numerator, denominator
        What the value is made of, where it is a rate.
    """

    layer: str
    title: str
    description: str
    unit: str
    decimals: int
    polarity: str
    component: str | None
    theme: str
    period: str
    value: float | None
    status: str
    place: float | None
    basis: str
    comparator: float | None
    rank: int | None
    of: int
    score: float | None
    label: str
    coverage: float | None
    trend: tuple[tuple[str, float | None], ...]
    publisher: str
    licence: str
    url: str | None
    method: str
    share_alike: bool
    peers: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    error_sampling: float | None = None
    error_apportionment: float | None = None
    error_sensors: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    place_trend: tuple[tuple[str, float | None], ...] = ()
    gaps: tuple[Gap, ...] = ()
    note: str = ""
    grade: str = ""
    age: str = ""
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    trace: str = ""
    hidden_periods: tuple[str, ...] = ()

    @property
    def shorthand(self) -> str:
        """``[c]`` or ``[x]`` where there is no value, else empty."""
        return SHORTHAND.get(self.status, "")

    @property
    def is_total(self) -> bool:
        """Whether the place's value is the sum of its areas', so no average to set one beside."""
        return self.basis.startswith("total")

    def gap(self, against: str) -> Gap | None:
        """Return how the figure stands to ``place``, ``peers`` or ``previous``, or None."""
        return next((item for item in self.gaps if item.against == against), None)


@dataclass(frozen=True)
class SensorBasis:
    """What a figure from sensors rests on.

    Parameters
    ----------
    layer, title, period
        Which figure.
    value, unit, decimals, grade, error
        The figure, as in `Figure`; `error` from leaving out each sensor in turn.
    method
        ``nearest``, ``inverse_distance`` or ``kriging``.
    sensors
        How many sensors it rests on: those that count for at least 0.5 % of it.
    near, within_m
        Share of the area's people (0 to 1) with a sensor within so many metres; None where the
        area has nobody.
    nearest_m
        Mean distance from people to the nearest of them, metres.
    things
        (sensor, share of the figure that it stands for), the largest first.
    """

    layer: str
    title: str
    period: str
    unit: str
    decimals: int
    value: float | None
    method: str
    sensors: int
    near: float | None
    within_m: float
    nearest_m: float | None
    error: float | None
    things: tuple[tuple[str, float], ...]
    grade: str


@dataclass(frozen=True)
class Source:
    """Where figures come from: publisher, licence, address, and the layers that use it."""

    publisher: str
    licence: str
    url: str | None
    share_alike: bool
    layers: tuple[str, ...]


@dataclass(frozen=True)
class AreaScore:
    """One area of a list: its score, rank and rank interval of the whole index."""

    area_code: str
    area_name: str
    score: float | None
    rank: int | None
    low: int | None
    high: int | None
    group: int | None
