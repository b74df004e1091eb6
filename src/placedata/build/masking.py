"""Layers as they are shown: hidden figures taken out with all that tells them, others rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from placedata.layers.layer import Summary
from placedata.layers.parts import match_period
from placedata.layers.totals import EXTREMES
from placedata.layers.withheld import without_values
from placedata.trust.disclosure import rounded

if TYPE_CHECKING:
    import pandas as pd

    from placedata.layers import Layer

#: What stays of a hidden figure.
KEYS = ("area_code", "period", "status", "denominator", "coverage")

#: Tells whether a count is hidden: layer, period, level and area.
IsHidden = Callable[[str, str, str, str], bool]


class Masks:
    """Takes hidden figures out of layers.

    Parameters
    ----------
    layers
        Layer id -> layer with all its figures.
    hidden
        Tells whether the count of a layer, period, level ("" for wards) and area is hidden.
    bases
        Layer and period -> what its counts are rounded to; 1 or nothing: not at all.
    inside
        Level -> ward -> larger area.
    """

    def __init__(
        self,
        layers: Mapping[str, Layer],
        hidden: IsHidden,
        bases: Mapping[tuple[str, str], int],
        inside: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.layers = layers
        self.hidden = hidden
        self.bases = bases
        self.inside = inside

    def values(self, layer: Layer, level: str, values: pd.DataFrame) -> pd.DataFrame:
        """Return the figures of one level as they are shown."""
        import pandas as pd

        groups = [(str(period), rows) for period, rows in values.groupby("period", sort=False)]
        frames = [self._period(layer, level, period, rows) for period, rows in groups]
        if all(made is rows for made, (_, rows) in zip(frames, groups, strict=True)):
            return values
        return pd.concat(frames).reindex(values.index)

    def _period(self, layer: Layer, level: str, period: str, rows: pd.DataFrame) -> pd.DataFrame:
        below, weight = self.others(layer, period)
        codes = [str(code) for code in rows["area_code"].tolist()]
        own = [self.hidden(layer.id, period, level, code) for code in codes]
        base = [below is not None and self.hidden(*below, level, code) for code in codes]
        heavy = [weight is not None and self.hidden(*weight, level, code) for code in codes]
        away = [any(three) for three in zip(own, base, heavy, strict=True)]
        rounding = [self.bases.get(key, 1) for key in ((layer.id, period), below, weight) if key]
        if not any(away) and max(rounding) == 1:
            return rows
        found = self._rounded(layer, period, rows.copy(), below, weight)
        for column in found.columns.difference(list(KEYS)):
            empty = float("nan") if found[column].dtype.kind == "f" else ""
            found.loc[away, column] = empty
        found.loc[base, "denominator"] = float("nan")
        found.loc[away, "status"] = "suppressed"
        return found

    def others(
        self, layer: Layer, period: str
    ) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
        """Return layer and period of what a layer is divided by, and of what weighs it."""
        rate, weighted = layer.definition.rate, layer.definition.weighted_by
        named = (rate.denominator if rate else None, weighted)
        found: list[tuple[str, str] | None] = []
        for name in named:
            other = self.layers.get(str(name))
            matched = match_period(period, other.periods)[0] if other is not None else None
            found.append((str(name), matched) if matched is not None else None)
        return found[0], found[1]

    def _rounded(
        self,
        layer: Layer,
        period: str,
        rows: pd.DataFrame,
        below: tuple[str, str] | None,
        weight: tuple[str, str] | None,
    ) -> pd.DataFrame:
        """Return figures made of rounded counts, where their counts are rounded."""
        base = self.bases.get((layer.id, period), 1)
        under = self.bases.get(below, 1) if below else 1
        heavy = self.bases.get(weight, 1) if weight else 1
        if heavy > 1:
            rows["weight"] = rounded(rows["weight"], heavy)
        if base == under == 1:
            return rows
        if base > 1:
            before = rows["numerator"]
            rows["numerator"] = rounded(before, base)
            _scale_errors(rows, rows["numerator"] / before)
            rows["n"] = float("nan")
        rate = layer.definition.rate
        if rate is None:
            rows["value"] = rows["numerator"].where(rows["value"].notna())
            return rows
        rows["denominator"] = rounded(rows["denominator"], under)
        rows["weight"] = rows["denominator"]
        made = rate.per * rows["numerator"] / rows["denominator"]
        rows["value"] = made.where((rows["denominator"] > 0) & rows["value"].notna())
        rows.loc[(rows["status"] == "ok") & rows["value"].isna(), "status"] = "missing"
        return rows

    def summaries(self, layer: Layer, shown: pd.DataFrame) -> tuple[Summary, ...]:
        """Return the figures of the whole place as they may be shown beside `shown`."""
        return tuple(self._summary(layer, item, shown) for item in layer.summaries)

    def _summary(self, layer: Layer, item: Summary, shown: pd.DataFrame) -> Summary:
        definition = layer.definition
        rows = shown[shown["period"] == item.period]
        away = (rows["status"] == "suppressed").any()
        if away and definition.rate is None and definition.statistic in EXTREMES:
            # The extreme may be that of a ward whose figure is hidden.
            have = rows["value"].dropna()
            value = float(have.agg(EXTREMES[definition.statistic])) if len(have) else None
            return replace(item, place=value, basis=f"{item.basis} that are shown")
        below, _ = self.others(layer, item.period)
        base = self.bases.get((layer.id, item.period), 1)
        under = self.bases.get(below, 1) if below else 1
        if base == under == 1 or item.place is None:
            return item
        true = layer.values[layer.values["period"] == item.period]
        have = true[true["value"].notna()]
        above, number = _near(float(have["numerator"].sum()), base), None
        if definition.rate is None:
            number = above
        elif whole := _near(float(have["denominator"].sum()), under):
            number = definition.rate.per * above / whole
        basis = f"{item.basis}, of rounded counts" if definition.rate else f"{item.basis}, rounded"
        return replace(item, place=number, basis=basis)

    def rows(self, layer: Layer, shown: pd.DataFrame, kin: set[str]) -> pd.DataFrame | None:
        """Return the source rows that a trace may tell.

        Parameters
        ----------
        shown
            The layer's figures as they are shown.
        kin
            Layers whose counts add up with this one's: what is hidden there is hidden here.
        """
        import pandas as pd

        if layer.rows is None:
            return None
        frames = []
        for period, rows in layer.rows.groupby("period", sort=False, observed=True):
            text = str(period)
            away = _suppressed(shown, text)
            near = set(away)
            for other in kin:
                near |= {
                    str(code)
                    for code in shown.loc[shown["period"] == text, "area_code"]
                    if self.hidden(other, text, "", str(code))
                }
            told = without_values(rows, "figure", near)
            told = self._weights(layer, text, told)
            if layer.rule is not None and layer.rule.rows == "hidden":
                told = told.assign(value=told["value"].mask(told["role"] == "figure"))
            if self.bases.get((layer.id, text), 1) > 1:
                told = told.iloc[:0]  # their number or sum would be the count before rounding
            frames.append(told[~told["area_code"].isin(away)])
        return pd.concat(frames, ignore_index=True) if frames else None

    def _weights(self, layer: Layer, period: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows without the weights that would tell a hidden or rounded count."""
        _, weight = self.others(layer, period)
        if weight is None:
            return rows
        if self.bases.get(weight, 1) > 1:
            return rows.assign(value=rows["value"].mask(rows["role"] == "weight"))
        wards = {str(code) for code in rows["area_code"].unique()}
        few = {code for code in wards if self.hidden(*weight, "", code)}
        return without_values(rows, "weight", few)


def _suppressed(shown: pd.DataFrame, period: str) -> set[str]:
    rows = shown[(shown["period"] == period) & (shown["status"] == "suppressed")]
    return {str(code) for code in rows["area_code"]}


def _near(value: float, base: int) -> float:
    return (value / base + 0.5) // 1 * base


def _scale_errors(rows: pd.DataFrame, ratio: pd.Series) -> None:
    """Make standard errors of rounded counts: that of a count is its square root."""
    sampling = rows["error_sampling"] * ratio.where(ratio > 0) ** 0.5
    rows["error_sampling"] = sampling
    rows["standard_error"] = sampling
    for column in ("error_apportionment", "error_sensors"):
        rows[column] = float("nan")
