"""The counts that a place shows, and the equations between them that everybody knows.

Wards add up to larger areas and to the place; a share and its denominator leave a complement;
parts add up to their total; one count may stand in several layers. `book_of` writes all of that
down for `placedata.trust.disclosure_search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from placedata.layers.parts import match_period
from placedata.trust.disclosure import NOTHING, Rule, dominated, few
from placedata.trust.disclosure_bounds import Cells, Equation

if TYPE_CHECKING:
    import pandas as pd

    from placedata.build.editions_kept import OldSum
    from placedata.layers import Layer

#: What hiding costs: a ward's count of its own, one that others are divided by, a larger area's.
WARD, BASE, LARGER = 0.0, 1.0, 2.0
TOLD_ELSEWHERE = float("inf")

#: Stands behind a layer's id: the points that a percentage of points is about.
SHARE = " share"

#: Layer and period.
Key = tuple[str, str]
#: Layer, period, level ("" for wards) and area.
CellKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class Counted:
    """The counts of one layer and period that add up.

    Parameters
    ----------
    column
        The column of `Layer.values` that holds them: ``numerator``, or ``n`` for means of points.
    areas
        Level ("" for wards) -> counts by area code, NaN where there is none.
    rated
        Level -> the areas that have a rate of them too; empty for counts alone.
    """

    layer: str
    period: str
    rule: Rule
    column: str
    areas: Mapping[str, pd.Series]
    rated: Mapping[str, pd.Index] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Layer and period."""
        return self.layer, self.period


@dataclass
class Book:
    """All cells and equations, while they are written down.

    Parameters
    ----------
    same
        Layer and period -> those of the layer that has the same counts and comes first.
    base
        Layer and period -> what its counts are rounded to.
    """

    same: dict[Key, Key]
    base: dict[Key, int]
    index: dict[CellKey, int] = field(default_factory=dict)
    rows: list[list[float]] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def key(self, layer: str, period: str, level: str, code: str) -> CellKey:
        """Return the key under which a count is kept, whatever layer asks for it."""
        first = self.same.get((layer, period), (layer, period))
        return (*first, level, code)

    def add(self, key: CellKey, true: float, need: float, cost: float, *, never: bool) -> int:
        """Add a cell, or what another layer asks of it; return its position."""
        if key in self.index:
            row = self.rows[self.index[key]]
            row[3], row[5] = max(row[3], need), max(row[5], cost)
            return self.index[key]
        base = self.base.get(key[:2], 1)
        low = high = true
        if never:
            low, high = 0.0, float("inf")
        elif base > 1:
            middle = (true / base + 0.5) // 1 * base
            low, high = max(0.0, middle - base / 2), middle + base / 2
        self.index[key] = len(self.rows)
        self.rows.append([true, low, high, need, 0.0, cost])
        return self.index[key]

    def equal(self, cells: Iterable[tuple[int, float]]) -> None:
        """Add an equation whose right-hand side is known."""
        kept = tuple(cells)
        if kept:
            at, factors = zip(*kept, strict=True)
            self.equations.append(Equation(at, factors))

    @property
    def cells(self) -> Cells:
        """The cells as arrays."""
        import numpy as np

        table = np.array(self.rows, dtype=float).reshape(-1, 6)
        return Cells(*(table[:, column].copy() for column in range(6)))


def counted(layer: Layer, larger: Mapping[str, pd.DataFrame]) -> Iterator[Counted]:
    """Give the counts of a layer, by period; none for a layer of other kinds of figures.

    Parameters
    ----------
    larger
        Level -> the layer's values for the larger areas of that level.
    """
    rule = layer.rule
    if rule is None:
        return
    column = column_of(layer)
    if column is None:
        return
    frames = {"": layer.values, **larger}
    for period in layer.periods:
        areas, rated = {}, {}
        for level, values in frames.items():
            rows = values[values["period"] == period].set_index("area_code")
            areas[level] = rows[column]
            if layer.definition.rate is not None:
                rated[level] = rows.index[rows["value"].notna()]
        yield Counted(layer.id, period, rule, column, areas, rated)
        if column == "n" and layer.definition.unit.startswith("%"):
            parts = {level: _share(values, period) for level, values in frames.items()}
            yield Counted(layer.id + SHARE, period, rule, "share", parts)


def _share(values: pd.DataFrame, period: str) -> pd.Series:
    """Return how many points a percentage of points stands for, by area."""
    rows = values[values["period"] == period].set_index("area_code")
    return rows["value"] * rows["n"] / 100


def layer_of(key: Key | CellKey) -> str:
    """Return the id of the layer that a count belongs to."""
    return key[0].removesuffix(SHARE)


def column_of(layer: Layer) -> str | None:
    """Return the column that holds a layer's counts, None where it has none that add up."""
    definition, numbers = layer.definition, layer.values["numerator"]
    if definition.rate is not None or definition.statistic in {"count", "sum"}:
        return "numerator" if numbers.notna().any() and not (numbers < -NOTHING).any() else None
    people = layer.rule is not None and layer.rule.counts == "people"
    return "n" if people and layer.method.startswith("points") else None


def book_of(
    counts: list[Counted], layers: Mapping[str, Layer], belonging: Mapping[str, Mapping[str, str]]
) -> Book:
    """Return all cells and equations of a place.

    Parameters
    ----------
    counts
        Of every layer and period.
    layers
        Layer id -> layer.
    belonging
        Level -> ward -> larger area.
    """
    book = Book(*_same(counts))
    bases = {rate.denominator for layer in layers.values() if (rate := layer.definition.rate)}
    for item in counts:
        _add_table(book, item, belonging, BASE if item.layer in bases else WARD)
        _add_dominance(book, item, layers[layer_of(item.key)], belonging)
    by_key = {item.key: item for item in counts}
    periods: dict[str, list[str]] = {}
    for name, period in by_key:
        periods.setdefault(name, []).append(period)
    for item in counts:
        layer = layers[layer_of(item.key)]
        if item.column == "share":
            _add_complement(book, item, by_key[layer.id, item.period])
        _add_rate(book, item, layer, by_key, periods, belonging)
        _add_growth(book, item, by_key, layer)
    _add_parts(book, layers, by_key, periods)
    return book


def _same(counts: list[Counted]) -> tuple[dict[Key, Key], dict[Key, int]]:
    """Return which counts are the same by ward, and what each is rounded to."""
    first: dict[tuple[str, ...], Key] = {}
    same: dict[Key, Key] = {}
    base: dict[Key, int] = {}
    for item in counts:
        wards = item.areas[""]
        alike = tuple(f"{value:.8g}" for value in wards)
        key = first.setdefault(alike, item.key) if (wards > 0).sum() > 1 else item.key
        same[item.key] = key
        base[key] = max(base.get(key, 1), item.rule.rounding)
    return same, base


def _add_table(
    book: Book, item: Counted, belonging: Mapping[str, Mapping[str, str]], cost: float
) -> None:
    """Add the counts of wards and larger areas, each sum of wards known."""
    at: dict[str, int] = {}
    for level, series in item.areas.items():
        known = series.dropna()
        small = few(known.to_numpy(float), item.rule.threshold)
        price = cost if not level else LARGER
        for (code, value), is_few in zip(known.items(), small, strict=True):
            key = book.key(item.layer, item.period, level, str(code))
            need = float(item.rule.threshold) if is_few else 0.0
            at[level + str(code)] = book.add(key, float(value), need, price, never=False)
    wards = [str(code) for code in item.areas[""].dropna().index]
    book.equal((at[code], 1.0) for code in wards)
    for level, belongs in belonging.items():
        for larger in item.areas[level].dropna().index:
            inside = [at[code] for code in wards if belongs.get(code) == larger]
            book.equal([*((cell, 1.0) for cell in inside), (at[level + str(larger)], -1.0)])


def _add_dominance(
    book: Book, item: Counted, layer: Layer, belonging: Mapping[str, Mapping[str, str]]
) -> None:
    """Mark the sums that are too much the figure of one contributor."""
    if item.rule.dominance is None or layer.contributors is None:
        return
    now = layer.contributors[layer.contributors["period"] == item.period]
    for level in item.areas:
        to = now["area_code"] if not level else now["area_code"].map(dict(belonging[level]))
        shares = now.assign(cell=to).dropna(subset="cell")
        shares = shares.groupby(["cell", "thing"], as_index=False)["value"].sum()
        for code, need in dominated(shares, item.rule.dominance)["need"].items():
            cell = book.index.get(book.key(item.layer, item.period, level, str(code)))
            if cell is not None:
                row = book.rows[cell]
                row[3] = row[4] = max(row[3], row[4], float(need), NOTHING)


def _add_rate(
    book: Book,
    item: Counted,
    layer: Layer,
    by_key: Mapping[Key, Counted],
    periods: Mapping[str, list[str]],
    belonging: Mapping[str, Mapping[str, str]],
) -> None:
    """Add what a rate tells: sums over the areas that have one, and complements of shares."""
    rate, limits = layer.definition.rate, layer.definition.limits
    if rate is None or item.column != "numerator":
        return
    matched, _ = match_period(item.period, periods.get(rate.denominator, ()))
    below = by_key.get((rate.denominator, str(matched)))
    have = set(item.rated[""])
    for table in [item, *([below] if below else [])]:
        if have and have != set(table.areas[""].dropna().index):
            _add_sums(book, table, have, belonging)
    if below is not None and limits is not None and limits.high == rate.per:
        _add_complement(book, item, below)


def _add_complement(book: Book, item: Counted, below: Counted) -> None:
    """Add what a share leaves of what it is a share of, by ward."""
    known = below.areas[""].dropna()
    for code, value in item.areas[""].dropna().items():
        whole = known.get(code)
        if whole is not None and whole >= value:
            _add_rest(book, str(code), float(whole), [(item, float(value))], below)


def _add_sums(
    book: Book, item: Counted, have: set[str], belonging: Mapping[str, Mapping[str, str]]
) -> None:
    """Add the sums of a count over the wards that have a rate made of it."""
    known = [str(code) for code in item.areas[""].dropna().index if code in have]
    at = {code: book.index[book.key(item.layer, item.period, "", code)] for code in known}
    book.equal((cell, 1.0) for cell in at.values())
    for belongs in belonging.values():
        for larger in dict.fromkeys(belongs.values()):
            book.equal((at[code], 1.0) for code in known if belongs.get(code) == larger)


def _add_rest(
    book: Book, code: str, whole: float, parts: list[tuple[Counted, float]], total: Counted
) -> None:
    """Add what is left of a total without its parts in one area, where that matters.

    Nobody shows it, but everybody can work it out; it is a count too.
    """
    rest = whole - sum(value for _, value in parts)
    threshold = max(part.rule.threshold for part, _ in parts)
    small = NOTHING < rest < threshold - NOTHING
    close = any(NOTHING < value < threshold for _, value in parts)
    if rest < 0 or not (small or close):
        return
    first = parts[0][0]
    key = (*first.key, f"rest of {total.layer} {total.period}", code)
    cell = book.add(key, rest, float(threshold) if small else 0.0, TOLD_ELSEWHERE, never=True)
    own = [(book.index[book.key(part.layer, part.period, "", code)], 1.0) for part, _ in parts]
    whole_cell = book.index[book.key(total.layer, total.period, "", code)]
    book.equal([(cell, 1.0), *own, (whole_cell, -1.0)])


def _add_growth(book: Book, item: Counted, by_key: Mapping[Key, Counted], layer: Layer) -> None:
    """Add the difference of a cumulative count to the period before, which is a count too."""
    at = layer.periods.index(item.period)
    before = by_key.get((item.layer, layer.periods[at - 1])) if at else None
    if not item.rule.cumulative or before is None:
        return
    known = before.areas[""].dropna()
    for code, value in item.areas[""].dropna().items():
        was = known.get(code)
        if was is not None and value >= was:
            _add_rest(book, str(code), float(value), [(before, float(was))], item)


def add_old_sums(book: Book, sums: Iterable[OldSum], layers: Mapping[str, Layer]) -> None:
    """Add what versions of other wards tell: sums of today's wards, or nearly so.

    A sum that differs by few people tells the count of those few, who live between old and new.
    """
    for item in sums:
        keys = [book.key(item.layer, item.period, "", code) for code in item.wards]
        at = [book.index[key] for key in keys if key in book.index]
        if len(at) < len(keys):
            continue
        rest = sum(book.rows[cell][0] for cell in at) - item.number
        rule = layers[item.layer].rule
        threshold = rule.threshold if rule else 0
        if abs(rest) <= NOTHING * max(1.0, item.number):
            book.equal((cell, 1.0) for cell in at)
        elif abs(rest) < threshold - NOTHING:
            level = f"since {item.number:.10g} of other wards"
            key = (item.layer, item.period, level, " ".join(item.wards))
            cell = book.add(key, abs(rest), float(threshold), TOLD_ELSEWHERE, never=True)
            book.equal([*((one, 1.0) for one in at), (cell, -1.0 if rest > 0 else 1.0)])


def _add_parts(
    book: Book,
    layers: Mapping[str, Layer],
    by_key: Mapping[Key, Counted],
    periods: Mapping[str, list[str]],
) -> None:
    """Add what the parts of a total leave of it, by ward; nothing where they are all of it."""
    of: dict[str, list[str]] = {}
    for layer in layers.values():
        if layer.definition.part_of is not None and layer.id in periods:
            of.setdefault(layer.definition.part_of, []).append(layer.id)
    for total, parts in of.items():
        for period in periods.get(total, ()):
            whole = by_key[total, period]
            here = [by_key[part, period] for part in parts if (part, period) in by_key]
            told = [part.areas[""].dropna() for part in here]
            for code, value in whole.areas[""].dropna().items():
                both = zip(here, told, strict=True)
                known = [(part, float(own[code])) for part, own in both if code in own]
                if known and len(known) == len(here):
                    _add_part(book, str(code), float(value), known, whole)


def _add_part(
    book: Book, code: str, whole: float, parts: list[tuple[Counted, float]], total: Counted
) -> None:
    """Add that parts make up their total in one area, or what they leave of it."""
    rest = whole - sum(value for _, value in parts)
    if abs(rest) <= NOTHING * max(1.0, whole):
        own = [(book.index[book.key(part.layer, part.period, "", code)], 1.0) for part, _ in parts]
        cell = book.index[book.key(total.layer, total.period, "", code)]
        book.equal([*own, (cell, -1.0)])
    else:
        _add_rest(book, code, whole, parts, total)
