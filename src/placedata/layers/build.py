"""Build one layer: read, move to wards, divide, check against what is expected, suppress."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.errors import DataError
from placedata.layers.apportioned import with_apportionment
from placedata.layers.areas import area_parts, ward_values
from placedata.layers.cells import cells_of
from placedata.layers.contributors import contributors
from placedata.layers.editions import break_notes, layer_breaks
from placedata.layers.errors import completed
from placedata.layers.layer import ERROR_PARTS, Flow, Layer
from placedata.layers.parts import Part, part_frame, together
from placedata.layers.points import point_parts, raster_parts
from placedata.layers.sensors import rests_of
from placedata.layers.shown import layer_rule, made_values
from placedata.layers.things import things_of
from placedata.layers.totals import place_summary
from placedata.layers.traced import all_rows
from placedata.observations import Ledger, SourceFile

if TYPE_CHECKING:
    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground

#: A ward whose figure rests on less than this share of its weight has no figure.
LEAST_COVERAGE = 0.5


def build_layer(entry: LayerEntry, ground: Ground) -> Layer:
    """Return the built layer; the layers that it needs are in ``ground.layers`` already.

    Raises
    ------
    DataError
        The source cannot be used as the layer says, or ward values are not as expected.
    """
    sources: tuple[SourceFile, ...] = ()
    extra: tuple[str, ...] = ()
    if entry.definition.source is None:
        parts, ledger = _derived(entry, ground), Ledger(0, 0)
    else:
        observations = ground.observations(entry.id)
        kinds = {"area": area_parts, "point": point_parts, "raster": raster_parts}
        parts = kinds[observations.keyed_by](entry, ground)
        ledger, sources = observations.ledger, observations.sources
        extra = tuple(f"{name}: {count:,}" for name, count in ledger.notes.items())
    if not parts:
        problem = entry.document.problem(
            ("source",), "no observation in any period asked for", "figures"
        )
        raise DataError(f"layer {entry.id}: nothing to build from", [problem])
    if entry.definition.rate is not None:
        parts = [_divided(entry, part, ground) for part in parts]
    parts, measured = with_apportionment(entry, parts, ground)
    parts = [completed(entry, part, ground) for part in parts]
    parts = [_covered(part, exposure=entry.definition.apportion == "exposure") for part in parts]
    _expected(entry, parts)
    summaries = tuple(place_summary(entry, part, ground) for part in parts)
    breaks = layer_breaks(entry, ground)
    parted = break_notes(breaks, ground.catalog.place.geography)
    notes = together([*extra, *parted, *(note for part in parts for note in part.notes)])
    values = made_values(entry, parts, ground)
    return Layer(
        entry.definition, values, parts[-1].method, ledger,
        tuple(part.flow for part in parts), summaries, sources, notes,
        rows=all_rows(parts), rule=layer_rule(entry, ground),
        contributors=contributors(entry, parts, ground), errors=parts[-1].errors,
        rests=rests_of(parts, values), apportionment=measured, breaks=breaks,
        things=things_of(entry, ground), cells=cells_of(entry, ground),
    )  # fmt: skip


def _derived(entry: LayerEntry, ground: Ground) -> list[Part]:
    """Return the parts of a layer whose numerator is another layer."""
    rate = entry.definition.rate
    above = ground.layers[str(rate and rate.numerator)]
    parts = []
    for period in above.periods:
        rows = above.values[above.values["period"] == period].set_index("area_code")
        columns = {"value": rows["value"], "numerator": rows["value"], "coverage": rows["coverage"]}
        columns |= {name: rows[name] for name in ERROR_PARTS}
        total = float(rows["value"].sum())
        flow = Flow(period, total, total, 0.0, 0.0)
        frame = part_frame(ground.wards.codes, columns)
        way = f"ward figures of the layer {above.id}"
        parts.append(Part(period, frame, flow, way, errors=above.errors))
    return parts


def _divided(entry: LayerEntry, part: Part, ground: Ground) -> Part:
    """Return the part as a rate: numerator over the denominator layer's ward count."""
    rate = entry.definition.rate
    if rate is None:
        return part
    below, note = ward_values(ground, rate.denominator, part.period)
    frame = part.frame.copy()
    frame["numerator"] = frame["value"]
    frame["denominator"] = below.reindex(frame.index)
    usable = frame["denominator"] > 0
    frame["value"] = (rate.per * frame["numerator"] / frame["denominator"]).where(usable)
    frame["weight"] = frame["denominator"]
    scale = (rate.per / frame["denominator"]).where(usable)
    for name in ERROR_PARTS:
        frame[name] = frame[name] * scale
    notes = list(part.notes)
    if note:
        notes.append(note)
    without = int((frame["numerator"].notna() & ~usable).sum())
    if without:
        notes.append(f"wards without a denominator, so without a rate: {without}")
    return replace(part, frame=frame, notes=tuple(notes))


def _covered(part: Part, *, exposure: bool) -> Part:
    """Return the part without the wards whose figure rests on too little of their weight.

    For sensors the coverage (share of postcodes near one) is shown, and does not decide here.
    """
    thin = part.frame["value"].notna() & (part.frame["coverage"] < LEAST_COVERAGE)
    if exposure or not thin.any():
        return part
    frame = part.frame.copy()
    frame.loc[thin, ["value", "numerator"]] = float("nan")
    note = (
        f"wards without a figure, since under half of their weight was observed: {int(thin.sum())}"
    )
    return replace(part, frame=frame, notes=(*part.notes, note))


def _expected(entry: LayerEntry, parts: list[Part]) -> None:
    """Refuse ward values outside the range, or on fewer wards, than the layer expects."""
    expect, problems = entry.definition.expect, []
    for part in parts:
        values = part.frame["value"]
        share = float(values.notna().mean())
        if share < expect.coverage:
            problems.append(
                entry.document.problem(
                    ("expect", "coverage"), f"{share:.0%} of wards with a value in {part.period}",
                    f"at least {expect.coverage:.0%}",
                )
            )  # fmt: skip
        low, high = expect.minimum, expect.maximum
        for name, side, limit, wrong in (
            ("minimum", "at least", low, values < (-math.inf if low is None else low)),
            ("maximum", "at most", high, values > (math.inf if high is None else high)),
        ):
            if wrong.any():
                code, more = wrong.idxmax(), int(wrong.sum()) - 1
                found = f"{values[code]:,.4g} in {code}, {part.period}"
                found += f" and {more} more" if more else ""
                allowed = f"{side} {limit:,g}"
                problems.append(entry.document.problem(("expect", name), found, allowed))
    if problems:
        raise DataError(f"layer {entry.id}: ward values are not as expected", problems)
