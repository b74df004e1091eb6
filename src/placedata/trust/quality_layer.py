"""How good a layer is: what is noted when it is published, and what that comes to on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from placedata.trust.gate import PUBLISHED_ALTHOUGH
from placedata.trust.quality import (
    CAPTURE,
    COVERAGE,
    GRADES,
    IN_WORDS,
    MOST_AREAS,
    PRECISION,
    REJECTED,
    Dimension,
    Judged,
    at_least,
    at_most,
    judged_overall,
    lost_rows,
    sample_error,
)
from placedata.trust.quality_age import RENEWALS, Age, age_on, span_of
from placedata.trust.quality_values import moving_errors, observed, value_errors
from placedata.wording import months_in_words

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from placedata.observations import Ledger
    from placedata.trust.quality_values import Nature

#: Age in words -> its grade.
AGE_GRADES = {"current": "A", "due": "B", "overdue": "C"}
#: Why an error is not graded where figures go below zero.
BELOW_ZERO = "figures go below zero, so that no error can be set against their size"
#: What is missing of an area by less than this share is not worth a word.
LEAST_GAP = 0.0005
#: Grade -> how weak that is, from 0 to 1.
WEAKNESS = {"A": 0.0, "B": 0.1, "C": 0.4, "D": 1.0}


@dataclass(frozen=True)
class Made:
    """What is known of a layer besides its figures.

    Parameters
    ----------
    nature
        Which rules hold for its figures.
    ledger
        What became of its rows.
    notes
        What was noted while it was made.
    """

    nature: Nature
    ledger: Ledger
    notes: Sequence[str] = field(default=())


def facts_of(rows: pd.DataFrame, grades: pd.Series, made: Made) -> dict[str, Any]:
    """Return what is noted of a layer's newest figures: nothing that depends on the day.

    Parameters
    ----------
    rows
        All areas in the newest period: the columns of `value_grades`.
    grades
        The grade of each figure.
    made
        What is known besides.

    Returns
    -------
    ``dimensions`` (all but timeliness) and ``values`` (grade -> figures).
    """
    shown = rows[rows["value"].notna()]
    dimensions = [
        _coverage(rows, shown, made.nature),
        _precision(shown, made.nature),
        _moved(shown, made.nature),
        _captured(shown, made.nature),
        _rows(made),
    ]
    counts = {grade: int((grades == grade).sum()) for grade in GRADES}
    return {"dimensions": [asdict(item) for item in dimensions], "values": counts}


def quality_on(
    day: date, facts: Mapping[str, Any], period: str, cadence: str | None
) -> dict[str, Any]:
    """Return how good a layer is on a day.

    Parameters
    ----------
    day
        The day: of publication, or today.
    facts
        What `facts_of` noted, or what this function told of another day.
    period
        The newest period.
    cadence
        How often the publisher renews the figures, as the layer file says.

    Returns
    -------
    ``grade``, ``words`` (the grade in words), ``limiting`` (the dimensions that hold it down),
    ``reasons`` (why, one for each of them), ``staleness`` (``badge``, ``months``, ``late``,
    ``words``, ``as_of``), ``dimensions`` (each with ``dimension``, ``grade``, ``state``,
    ``reason``, ``measure``) and ``values`` (grade -> figures of the newest period).
    """
    age = age_on(day, span_of(period), cadence)
    found = [Judged(**item) for item in facts["dimensions"]]
    known = [item for item in found if item.dimension != "timeliness"]
    dimensions = [known[0], _timeliness(age, period, cadence), *known[1:]]
    grade, limiting = judged_overall(dimensions)
    told = {item.dimension: item for item in dimensions}
    return {
        "grade": grade,
        "words": IN_WORDS[grade],
        "limiting": list(limiting),
        "reasons": [f"{name}: {told[name].reason}" for name in limiting],
        "staleness": {
            "badge": age.badge, "months": age.months, "late": age.late,
            "words": told["timeliness"].reason, "as_of": day.isoformat(),
        },
        "dimensions": [asdict(item) for item in dimensions],
        "values": dict(facts["values"]),
    }  # fmt: skip


def _timeliness(age: Age, period: str, cadence: str | None) -> Judged:
    words = _aged(age, period, cadence)
    grade = "D" if age.twice else AGE_GRADES.get(age.badge, "")
    return Judged("timeliness", grade, words, "graded" if grade else "not known", age.months)


def _aged(age: Age, period: str, cadence: str | None) -> str:
    if age.months is None:
        return f"the period {period} tells no date"
    words = f"the newest figures are of {period}"
    if age.badge == "age not known":
        return f"{words}; the layer file does not say how often they are renewed"
    if age.badge == "no set date":
        return f"{words}; they are renewed now and then, at no set date"
    if cadence == "ended":
        return f"{words}; their publisher has stopped, so that none will take their place"
    words += f"; they are renewed {RENEWALS[str(cadence)].words}"
    if age.badge == "current":
        return words
    late = months_in_words(age.late)
    if age.badge == "due":
        return f"{words}; newer ones could be had for {late}"
    return f"{words}; newer ones are overdue by {late}"


def _reached(numbers: np.ndarray, *, more_is_better: bool) -> float:
    """Return the number that at least three in four areas reach or better."""
    ordered = np.sort(numbers)[::-1] if more_is_better else np.sort(numbers)
    return float(ordered[int(np.ceil(MOST_AREAS * len(ordered) - 1e-9)) - 1])


def _share(share: float) -> str:
    """Return a share in per cent, with one decimal under ten; ``none`` for zero."""
    if share == 0:
        return "none"
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"


def _graded(dimension: Dimension, grades: Any, reason: str, measure: float) -> Judged:  # noqa: ANN401
    return Judged(dimension, str(grades), reason, measure=measure)


def _coverage(rows: pd.DataFrame, shown: pd.DataFrame, nature: Nature) -> Judged:
    share = len(shown) / max(1, len(rows))
    reason = f"{len(shown):,} of {len(rows):,} areas have a figure"
    covered = observed(shown, nature).dropna().to_numpy(float)
    if not len(covered):
        return _graded("coverage", at_least(share, COVERAGE), reason, share)
    reached = _reached(covered, more_is_better=True)
    if nature.sensors and reached < 1:
        reason += (
            f"; in a quarter of them {_share(reached)} of where people live or less is near a "
            "sensor"
        )
    elif reached < share - LEAST_GAP:
        reason += f"; in a quarter of them {_share(reached)} of the area or less was observed"
    measure = min(share, reached)
    return _graded("coverage", at_least(measure, COVERAGE), reason, measure)


def _precision(shown: pd.DataFrame, nature: Nature) -> Judged:
    if nature.chance == "complete":
        reason = "a complete count or calculation: no sampling error"
        return Judged("precision", "", reason, "does not apply")
    if nature.chance == "sample":
        found = sample_error(shown["n"])
        many = shown["n"].to_numpy(float)
        if _enough(found):
            least = _reached(many[~np.isnan(found)], more_is_better=True)
            reason = f"three areas in four rest on {least:,.0f} observations or more"
            measure = float(sample_error(least))
            return _graded("precision", at_most(measure, PRECISION), reason, measure)
    elif nature.chance == "error":
        error = value_errors(shown, nature)
        if _enough(error):
            return _of_error("precision", error, "the standard error")
    reason = "no standard error is known" if nature.natural_zero else BELOW_ZERO
    return Judged("precision", "", reason, "not known")


def _enough(numbers: np.ndarray) -> bool:
    """Tell whether a number is known for three areas in four that have a figure."""
    return bool(len(numbers)) and float((~np.isnan(numbers)).mean()) >= MOST_AREAS


def _of_error(dimension: Dimension, error: np.ndarray, what: str) -> Judged:
    measure = _reached(error[~np.isnan(error)], more_is_better=False)
    reason = f"in three areas of four {what} is {_share(measure)} of the value or less"
    return _graded(dimension, at_most(measure, PRECISION), reason, measure)


def _moved(shown: pd.DataFrame, nature: Nature) -> Judged:
    if not nature.moved:
        reason = "figures are made for these areas: nothing was shared out"
        return Judged("apportionment", "", reason, "does not apply")
    error = moving_errors(shown, nature)
    if not _enough(error):
        unknown = "how far sharing out figures between areas may be wrong is not known"
        reason = unknown if nature.natural_zero else BELOW_ZERO
        return Judged("apportionment", "", reason, "not known")
    return _of_error("apportionment", error, "the error of sharing out figures between areas")


def _captured(shown: pd.DataFrame, nature: Nature) -> Judged:
    if not nature.hourly:
        return Judged("data capture", "", "no sensors by the hour", "does not apply")
    capture = shown["capture"].dropna().to_numpy(float)
    if not len(capture):
        return Judged("data capture", "", "how many hours were measured is not known", "not known")
    reached = _reached(capture, more_is_better=True)
    reason = f"in three areas of four sensors measured {_share(reached)} of the hours or more"
    return _graded("data capture", at_least(reached, CAPTURE), reason, reached)


def _rows(made: Made) -> Judged:
    allowed = [note for note in made.notes if note.startswith(PUBLISHED_ALTHOUGH)]
    if allowed:
        return Judged("source rows", "D", allowed[0])
    if not made.ledger.rows_in:
        return Judged("source rows", "", "made of the figures of other layers", "does not apply")
    lost = lost_rows(dict(made.ledger.rejected), hourly=made.nature.hourly)
    share = lost / max(1, lost + made.ledger.used)
    reason = f"{lost:,} of {lost + made.ledger.used:,} rows that were wanted could not be used"
    return _graded("source rows", at_most(share, REJECTED), reason, share)
