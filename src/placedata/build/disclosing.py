"""Disclosure control of a whole place: all layers, larger areas and versions kept, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from placedata.build.earlier import Earlier, earlier
from placedata.build.editions_kept import old_sums
from placedata.build.levels import belonging, larger_values
from placedata.build.masking import IsHidden, Masks
from placedata.build.quantities import (
    SHARE,
    TOLD_ELSEWHERE,
    Book,
    CellKey,
    Counted,
    add_old_sums,
    book_of,
    counted,
    layer_of,
)
from placedata.errors import DataError, Problem
from placedata.layers.layer import ERROR_PARTS
from placedata.layers.parts import match_period
from placedata.trust.disclosure import NOTHING
from placedata.trust.disclosure_search import protected

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.catalog import Catalog
    from placedata.layers import Ground, Layer
    from placedata.snapshot import Snapshot

#: How a layer's note on hidden figures begins.
NOT_SHOWN = "figures not shown, since they rest on few people or would give some away"
#: Why a figure is not shown -> the words for it.
WHY = {
    "few": "few people",
    "dominated": "made up by one or two contributors",
    "besides": "hidden to protect others",
    "earlier": "hidden in a version that is kept",
    "below": "divided or weighed by a count that is not shown",
}


@dataclass(frozen=True)
class Found:
    """What is hidden, and why."""

    book: Book
    hidden: set[CellKey]
    why: Mapping[CellKey, str] = field(default_factory=dict)


def disclosed(
    catalog: Catalog, ground: Ground, layers: Mapping[str, Layer], older: Iterable[Snapshot] = ()
) -> dict[str, Layer]:
    """Return the layers as they may be shown.

    Parameters
    ----------
    layers
        Layer id -> layer with all its figures.
    older
        Versions that are kept: what they tell and hide counts too.

    Raises
    ------
    DataError
        A count cannot be protected, since the whole place has so few.
    """
    inside = {level: belongs for level, (belongs, _) in belonging(ground).items()}
    larger = {
        name: {
            level: larger_values(layer, belongs, ground.boundaries(level).codes)
            for level, belongs in inside.items()
        }
        for name, layer in layers.items()
    }
    levels, kept = [catalog.place.geography, *catalog.place.larger], list(older)
    counts = [item for name, layer in layers.items() for item in counted(layer, larger[name])]
    book = book_of(counts, layers, inside)
    add_old_sums(book, old_sums(kept, layers, ground), layers)
    found = _found(catalog, layers, counts, book, earlier(kept, layers, levels))
    _refuse_thin(catalog, counts, layers)
    masks = Masks(layers, _teller(found), _bases(found.book), inside)
    kin = _kin(found.book, layers)
    return {
        name: _shown(layer, larger[name], masks, found, kin.get(name, set()))
        for name, layer in layers.items()
    }


def _found(
    catalog: Catalog,
    layers: Mapping[str, Layer],
    counts: list[Counted],
    book: Book,
    before: Earlier,
) -> Found:
    """Return what is hidden in the whole place, and why."""
    already, told = np.zeros(len(book.rows), bool), np.zeros(len(book.rows), bool)
    for item in counts:
        for level, series in item.areas.items():
            for code, number in series.dropna().items():
                at = book.index[book.key(item.layer, item.period, level, str(code))]
                own = (item.layer, item.period, level, str(code))
                told[at] |= before.tells(own, float(number))
                already[at] |= own in before.hidden
    cells = book.cells
    few = cells.need > 0
    width = np.array([_width(layers, key) for key in book.index])
    cells.need[:] = np.where(already & ~few, width, cells.need)
    cells.need[told] = 0.0
    cells.cost[told] = TOLD_ELSEWHERE
    shown_before = told & few
    result = protected(cells, book.equations)
    while (besides := _divided(book, counts, layers, result.hidden) & ~told & ~result.hidden).any():
        cells.need[:] = np.where(besides | result.hidden, np.maximum(cells.need, width), cells.need)
        result = protected(cells, book.equations, result.hidden)
    _refuse(catalog, book, result.exposed)
    keys = list(book.index)
    hidden = result.hidden | shown_before
    why = {}
    for at in map(int, np.flatnonzero(hidden)):
        key = keys[at]
        rule = layers[layer_of(key)].rule
        small = rule is not None and 0 < cells.true[at] < rule.threshold
        reason = "few" if small else "dominated" if few[at] else "besides"
        why[key] = "earlier" if already[at] and not few[at] else reason
    return Found(book, {keys[at] for at in np.flatnonzero(hidden)}, why)


def _width(layers: Mapping[str, Layer], key: CellKey) -> float:
    """Return how wide the interval of a count must be that is hidden for another's sake."""
    rule = layers[layer_of(key)].rule
    return float(max(rule.threshold, 1)) if rule else 1.0


def _divided(
    book: Book,
    counts: Iterable[Counted],
    layers: Mapping[str, Layer],
    hidden: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the counts whose rate cannot be shown, since what it is divided by is hidden."""
    found = np.zeros(len(hidden), bool)
    for item in counts:
        rate = layers[layer_of(item.key)].definition.rate
        below = layers.get(rate.denominator) if rate else None
        matched = match_period(item.period, below.periods)[0] if below else None
        if below is None or matched is None:
            continue
        for level, series in item.areas.items():
            for code in series.dropna().index:
                under = book.index.get(book.key(below.id, matched, level, str(code)))
                if under is not None and hidden[under]:
                    found[book.index[book.key(item.layer, item.period, level, str(code))]] = True
    return found


def _refuse(catalog: Catalog, book: Book, exposed: tuple[int, ...]) -> None:
    """Refuse counts that nothing can protect, one problem a layer and period."""
    keys = list(book.index)
    problems: dict[tuple[str, str], Problem] = {}
    for at in exposed:
        layer, period = layer_of(keys[at]), keys[at][1]
        entry = catalog.layers[layer]
        found = f"so few in the whole place in {period} that its total tells them"
        allowed = "periods taken together, the period left out, or disclosure: {counts: things}"
        problem = entry.document.problem(("disclosure",), found, allowed)
        problems.setdefault((layer, period), problem)
    if problems:
        names = sorted({layer for layer, _ in problems})
        msg = f"small counts cannot be protected: {', '.join(names)}; nothing is published"
        raise DataError(msg, problems.values())


def _refuse_thin(catalog: Catalog, counts: Iterable[Counted], layers: Mapping[str, Layer]) -> None:
    """Refuse confidential counts whose ledger would tell a few people in thinly observed wards.

    Such wards have no figure, and the amounts of the ledger are exact: what reached wards, less
    the place's total, is in them. Where source rows are told, their traces tell it anyhow.
    """
    problems = []
    for item in counts:
        if item.rule.rows != "hidden" or item.column != "numerator":
            continue
        flow = next(one for one in layers[item.layer].flows if one.period == item.period)
        left = flow.allocated - float(item.areas[""].sum())
        if max(NOTHING, 1e-9 * flow.allocated) < left < item.rule.threshold - NOTHING:
            document = catalog.layers[item.layer].document
            found = f"few people in {item.period} in wards too thinly observed: the ledger tells"
            allowed = f"none there, {item.rule.threshold} or more, or another source for them"
            problems.append(document.problem(("disclosure",), found, allowed))
    if problems:
        raise DataError("small counts cannot be protected; nothing is published", problems)


def _teller(found: Found) -> IsHidden:
    def hidden(layer: str, period: str, level: str, code: str) -> bool:
        names = (layer, layer + SHARE)
        return any(found.book.key(name, period, level, code) in found.hidden for name in names)

    return hidden


def _bases(book: Book) -> dict[tuple[str, str], int]:
    """Return layer and period -> what its counts are rounded to."""
    return {key: book.base[first] for key, first in book.same.items()}


def _kin(book: Book, layers: Mapping[str, Layer]) -> dict[str, set[str]]:
    """Return layer -> others whose counts add up with its own: parts, totals, the same counts."""
    kin: dict[str, set[str]] = {}
    for layer in layers.values():
        if layer.definition.part_of is not None:
            kin.setdefault(layer.definition.part_of, set()).add(layer.id)
    groups = [{total, *parts} for total, parts in kin.items()]
    groups += [{key[0], first[0]} for key, first in book.same.items() if key[0] != first[0]]
    found: dict[str, set[str]] = {}
    for group in groups:
        whole = set(group).union(*(found.get(name, set()) for name in group))
        for name in whole:
            found[name] = whole
    return found


def _shown(
    layer: Layer,
    larger: Mapping[str, pd.DataFrame],
    masks: Masks,
    found: Found,
    kin: set[str],
) -> Layer:
    """Return a layer as it may be shown, with a note on what is not and on rounding."""
    values = masks.values(layer, "", layer.values)
    above = {
        level: _without_errors(masks.values(layer, level, frame), values, masks.inside[level])
        for level, frame in larger.items()
    }
    counts = _counts(layer, values, found)
    notes = tuple(note for note in layer.notes if not note.startswith((NOT_SHOWN, "counts are")))
    if counts:
        notes = (*notes, f"{NOT_SHOWN}: {sum(counts.values())}")
    base = max((masks.bases.get((layer.id, period), 1) for period in layer.periods), default=1)
    under = max((_under(masks, layer, period) for period in layer.periods), default=1)
    if max(base, under) > 1:
        what = "counts are" if base > 1 else "counts that it is divided by are"
        notes = (
            *notes,
            f"{what} rounded to the nearest {max(base, under)}, and so is what is made of them",
        )
    return replace(
        layer, values=values, larger=above, summaries=masks.summaries(layer, values),
        rows=masks.rows(layer, values, kin - {layer.id}), notes=notes, counts=counts,
    )  # fmt: skip


def _without_errors(
    larger: pd.DataFrame, wards: pd.DataFrame, belongs: Mapping[str, str]
) -> pd.DataFrame:
    """Return larger areas without the errors that are made of those of a hidden ward too."""
    away = wards.loc[wards["status"] == "suppressed", ["period", "area_code"]]
    if away.empty:
        return larger
    over = set(zip(away["period"], away["area_code"].map(belongs), strict=True))
    keys = zip(larger["period"], larger["area_code"], strict=True)
    told = [key in over for key in keys]
    found = larger.copy()
    found.loc[told, ["standard_error", *ERROR_PARTS]] = float("nan")
    return found


def _under(masks: Masks, layer: Layer, period: str) -> int:
    below, _ = masks.others(layer, period)
    return masks.bases.get(below, 1) if below else 1


def _counts(layer: Layer, values: pd.DataFrame, found: Found) -> dict[str, int]:
    """Return reason -> wards' figures that are hidden for it, by us and not by the source."""
    counts: dict[str, int] = {}
    if not (values["status"] == "suppressed").any():
        return counts
    was = layer.values.set_index(["period", "area_code"])["status"]
    now = values.set_index(["period", "area_code"])["status"]
    for period, code in now.index[(now == "suppressed") & (was != "suppressed")]:
        names = (layer.id, layer.id + SHARE)
        keys = [found.book.key(name, str(period), "", str(code)) for name in names]
        reason = next((found.why[key] for key in keys if key in found.why), "below")
        counts[reason] = counts.get(reason, 0) + 1
    return counts
