"""What a scorecard says: what stands out, what has changed, sentences and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """A strength or a weakness, with why.

    Parameters
    ----------
    id, title, kind
        Node or layer; ``dimension``, ``component`` or ``indicator``.
    value, unit, decimals
        The score (of 100) or the figure.
    rank, of
        1 is best.
    centre, spread
        Mean and standard deviation of all areas' scores of it (0 to 100), and `score` the area's.
    text
        Title, figure and rank in one line.
    why
        Why it stands out, in words.
    """

    id: str
    title: str
    kind: str
    value: float | None
    unit: str
    decimals: int
    rank: int | None
    of: int
    score: float | None
    centre: float | None
    spread: float | None
    text: str
    why: str


@dataclass(frozen=True)
class Changed:
    """One figure or score that differs from the snapshot before.

    Parameters
    ----------
    id, title, kind
        Layer or node; ``indicator``, ``index``, ``dimension`` or ``component``.
    period
        Of a figure; empty for scores.
    before, after
        Numbers, None where there was or is none.
    rank_before, rank_after
        Ranks, 1 is best.
    why
        Causes in words: new data, another layer file, the method, the code.
    """

    id: str
    title: str
    kind: str
    unit: str
    decimals: int
    period: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    why: str


@dataclass(frozen=True)
class Since:
    """What has changed since the snapshot before.

    Parameters
    ----------
    snapshot, published
        Id and day of the snapshot before.
    changed
        Scores first, then figures, newest period of each layer.
    added, removed
        Titles of layers that only one of the two has.
    whole
        What changed for the whole place, in words.
    """

    snapshot: str
    published: str
    changed: tuple[Changed, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    whole: tuple[str, ...]


@dataclass(frozen=True)
class Rests:
    """One number that a sentence rests on.

    Parameters
    ----------
    path
        Where it is in the scorecard's JSON, as a JSON pointer: ``/figures/3/value``.
    value
        The number, unrounded; a period or a day as text. A list stands for how many of it are not
        named.
    """

    path: str
    value: float | str


@dataclass(frozen=True)
class Sentence:
    """One sentence made by rule, with the numbers that it rests on.

    Parameters
    ----------
    topic
        ``score``, ``peers``, ``place``, ``strength``, ``weakness``, ``change``, ``sensors`` or
        ``gap`` (what is not known).
    text
        The sentence.
    ids
        Nodes and layers that it is about.
    rests
        Every number in the text.
    """

    topic: str
    text: str
    ids: tuple[str, ...]
    rests: tuple[Rests, ...]
