"""Figures of an area made of several wards, from what a snapshot shows and from nothing else.

Sums of figures that are shown tell no more than those figures, however many areas are asked for.
What is refused besides is a request that differs from a published area by so few people that the
two set side by side would be about them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placedata.errors import DataError, PlaceDataError, Problem, UsageError
from placedata.layers.layer import SHARED_ERROR
from placedata.layers.totals import EXTREMES, NOT_OF_PARTS
from placedata.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from placedata.snapshot.reading import Snapshot
    from placedata.snapshot.record import LayerRecord

ERRORS = ("standard_error", "error_sampling", "error_apportionment", "error_sensors")
NUMBERS = ("value", "numerator", "denominator", "n", "coverage", *ERRORS)
COLUMNS = (*NUMBERS, "status", "basis")
#: A rate or mean needs figures for at least this share of the wards; a count needs all.
LEAST_WARDS = 0.5


def custom_figures(snapshot: Snapshot, codes: Sequence[str]) -> pd.DataFrame:
    """Return the newest figure of every layer for an area made of several wards.

    Counts are added up, a rate is the sum of its numerators over that of its denominators, a mean
    is weighted as the place's own is.

    Parameters
    ----------
    codes
        Codes of the snapshot's areas, each once.

    Returns
    -------
    Index layer id (in the order of ``snapshot.layers``); columns ``value`` (in the layer's unit,
    NaN unless status is ok), ``numerator``, ``denominator``, ``n``, ``coverage`` (0 to 1),
    ``standard_error`` with its parts ``error_sampling``, ``error_apportionment`` and
    ``error_sensors`` (of the value, NaN where not known of every ward that has one), ``status``
    (``ok``, ``missing``, ``suppressed``) and ``basis`` (how it was made, or why not).

    Raises
    ------
    UsageError
        No code is given, or one twice.
    PlaceDataError
        The place has no such area.
    DataError
        The area differs from a published one by fewer people than may be told apart.
    """
    import pandas as pd

    wanted = _checked(snapshot, codes)
    refuse_differences(snapshot, wanted)
    rows = {name: _figure(snapshot, record, wanted) for name, record in snapshot.layers.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
    frame.index.name = "layer"
    return frame.astype(dict.fromkeys(NUMBERS, float))


def _checked(snapshot: Snapshot, codes: Sequence[str]) -> list[str]:
    """Return the codes, sorted."""
    if not codes:
        raise UsageError("an area of several needs the codes of its areas, and none is given")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        problem = Problem("request", "areas", f"{twice[0]} more than once", "each code once")
        raise UsageError("an area is named twice", [problem])
    problems: list[Problem] = []
    for code in codes:
        try:
            snapshot.area_name(code)
        except PlaceDataError as error:
            problems += error.problems
    if problems:
        raise PlaceDataError("the place does not have all of these areas", problems)
    return sorted(codes)


def refuse_differences(snapshot: Snapshot, codes: Iterable[str]) -> None:
    """Refuse an area that differs from a published one by few people, or by a hidden count.

    Compared are every ward, every larger area and the place, where one of the two contains the
    other; counted are the people of every layer that others are divided or weighed by.

    Raises
    ------
    DataError
        With every published area that is too much like this one.
    """
    wanted, problems = set(codes), []
    bases = list(_bases(snapshot))
    for name, members in published_areas(snapshot).items():
        apart = wanted ^ members
        if not apart or not (wanted <= members or members <= wanted):
            continue
        for record, table, least in bases:
            told = _too_few(table.loc[sorted(apart)], least)
            if told:
                found = f"{plural(len(apart), 'area')} apart from {name}, with {told} ({record.id})"
                allowed = f"a difference of at least {least} people, or none"
                problems.append(Problem("request", "areas", found, allowed))
                break
    if problems:
        msg = "the area is refused: set beside a published one it would be about a few people"
        raise DataError(msg, problems)


def _bases(snapshot: Snapshot) -> Iterator[tuple[LayerRecord, pd.DataFrame, int]]:
    """Give the layers that count the people whom others are about, with their figures."""
    used = {record.denominator for record in snapshot.layers.values()}
    used |= {record.weighted_by for record in snapshot.layers.values()}
    for record in snapshot.layers.values():
        least = threshold_of(snapshot, record)
        counted = record.per is None and record.statistic in {"count", "sum"}
        if least is not None and counted and record.id in used:
            yield record, snapshot.table(record.id), least


def threshold_of(snapshot: Snapshot, record: LayerRecord) -> int | None:
    """Return the least count that a layer may show, None where it counts no people.

    A snapshot of an earlier form says only what holds for the whole place.
    """
    rule = record.disclosure
    if not rule:
        return None if record.unit != "people" else int(snapshot.place["threshold"])
    return int(rule["threshold"]) if rule["counts"] == "people" else None


def _too_few(rows: pd.DataFrame, least: int) -> str:
    """Return in words how few people there are in some areas, "" where there are enough."""
    if bool((rows["status"] == "suppressed").all()):
        return "a number of people that is not shown"
    known = float(rows["numerator"].fillna(rows["value"]).sum())
    if 0 < known < least and not (rows["status"] == "suppressed").any():
        return f"fewer than {least} people"
    return ""


def published_areas(snapshot: Snapshot) -> dict[str, set[str]]:
    """Return every published area -> the wards in it: wards, larger areas, the whole place."""
    found = {f"{name} ({code})": {str(code)} for code, name in snapshot.areas["area_name"].items()}
    for level in snapshot.levels[1:]:
        path = snapshot.directory / f"{level}.json"
        if not path.is_file():
            continue
        belongs: Mapping[str, str] = json.loads(path.read_text("utf-8"))["areas"]
        names = snapshot.level(level).areas["area_name"]
        for larger in dict.fromkeys(belongs.values()):
            inside = {ward for ward, within in belongs.items() if within == larger}
            found[f"{names.get(larger, larger)} ({larger})"] = inside
    found[str(snapshot.place["name"])] = {str(code) for code in snapshot.areas.index}
    return found


def _figure(snapshot: Snapshot, record: LayerRecord, codes: list[str]) -> dict[str, Any]:
    """Return one layer's figure for the wards together."""
    rows = snapshot.table(record.id).loc[codes]
    empty = dict.fromkeys(NUMBERS, float("nan"))
    hidden = int((rows["status"] == "suppressed").sum())
    if hidden:
        why = f"{hidden} of its {plural(len(codes), 'area')} {'has' if hidden == 1 else 'have'}"
        basis = f"{why} a figure that is not shown"
        return {**empty, "status": "suppressed", "basis": basis}
    have = rows[rows["value"].notna()]
    counted = record.per is None and record.statistic in {"count", "sum"}
    if have.empty or len(have) < len(rows) * (1.0 if counted else LEAST_WARDS):
        basis = f"only {len(have)} of its {plural(len(codes), 'area')} have a figure"
        return {**empty, "status": "missing", "basis": basis}
    if record.statistic in NOT_OF_PARTS and record.per is None:
        basis = f"the {record.statistic} of several areas cannot be made of theirs"
        return {**empty, "status": "missing", "basis": basis}
    made = _made(record, have)
    many = plural(len(have), "area") + ("" if len(have) == len(rows) else f" of {len(rows)}")
    basis = made.pop("basis").format(many)
    errors = _errors(record, have)
    n = float(have["n"].sum()) if have["n"].notna().any() else float("nan")
    coverage = float(rows["coverage"].fillna(0.0).mean())
    return {**empty, **made, **errors, "n": n, "coverage": coverage, "status": "ok", "basis": basis}


def _made(record: LayerRecord, have: pd.DataFrame) -> dict[str, Any]:
    """Return value, numerator and denominator of wards that have a figure, and the basis."""
    values, weights = have["value"], have["weight"]
    if record.per is not None:
        above, below = float(have["numerator"].sum()), float(have["denominator"].sum())
        found = {"value": record.per * above / below, "numerator": above, "denominator": below}
        return {**found, "basis": "rate of {}"}
    if record.statistic in {"count", "sum"}:
        total = float(values.sum())
        return {"value": total, "numerator": total, "basis": "total of {}"}
    if record.statistic in EXTREMES:
        value = float(values.agg(EXTREMES[record.statistic]))
        return {"value": value, "basis": f"{record.statistic} of {{}}"}
    if weights.notna().all() and (weights > 0).all():
        value = float((values * weights).sum() / weights.sum())
        equal = bool((weights == 1).all())
        return {"value": value, "basis": f"{'simple' if equal else 'weighted'} mean of {{}}"}
    return {"value": float(values.mean()), "basis": "simple mean of {}"}


def _errors(record: LayerRecord, have: pd.DataFrame) -> dict[str, float]:
    """Return the standard error of the figure of wards that have one, and its parts.

    Each ward's error counts as its value does: as it is in a total, by the denominator in a rate,
    by the weight in a mean. Chance and sharing out are taken to be independent between wards and
    add in squares; neighbours rest on the same sensors, so that errors of sensors add as they are,
    which is the most that they can come to (JCGM 100:2008, 5.2.2, note 1). A part is told
    where that of every ward is known.
    """
    import numpy as np

    if record.per is None and record.statistic in EXTREMES:
        return {}
    share, whole = _share(record, have)
    found = {}
    for name in ERRORS[1:]:
        terms = (have[name].astype(float) * share).to_numpy()
        total = terms.sum() if name == SHARED_ERROR else np.sqrt((terms**2).sum())
        found[name] = float(total) / whole
    known = [part for part in found.values() if np.isfinite(part)]
    some = have[list(ERRORS[1:])].notna().any()
    if known and len(known) == int(some.sum()):
        found["standard_error"] = float(np.hypot.reduce(known))
    return found


def _share(record: LayerRecord, have: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return what each ward's figure counts, and what the sum of them is divided by."""
    each, weights = have["value"].notna().astype(float), have["weight"]
    if record.per is not None:
        return have["denominator"], float(have["denominator"].sum())
    if record.statistic in {"count", "sum"}:
        return each, 1.0
    if weights.notna().all() and (weights > 0).all():
        return weights, float(weights.sum())
    return each, float(each.sum())
