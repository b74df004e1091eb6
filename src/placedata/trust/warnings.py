"""Doubts about layers that are no mistakes: told in check, build and snapshot, never fatal."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from placedata.definitions import LayerDefinition

Kind = Literal["same source", "correlated", "polarity", "outlier", "jump"]

#: Two indicators of a component that are more alike than this say the same thing twice.
TOO_ALIKE = 0.95
#: An indicator that goes this far against the rest of its component may be the wrong way round.
AGAINST_THE_REST = -0.5
#: Median absolute deviations from the median beyond which a ward is an outlier.
FAR_OUT = 5.0
#: Factor by which a place's figure may change from one period to the next.
JUMP = 3.0
#: With fewer wards, neither correlations nor outliers mean much.
FEWEST = 8
#: Differences below this share of a figure are floating point noise.
NOISE = 1e-9


class PlaceFigure(Protocol):
    """One period for the whole place; `placedata.layers.layer.Summary` is one."""

    @property
    def period(self) -> str:
        """Return the period."""
        ...

    @property
    def place(self) -> float | None:
        """Return the value of the place as a whole."""
        ...


class Figures(Protocol):
    """What is read of a built layer; `placedata.layers.Layer` is one."""

    @property
    def definition(self) -> LayerDefinition:
        """Return what the layer file says."""
        ...

    @property
    def values(self) -> pd.DataFrame:
        """Return the ward figures."""
        ...

    @property
    def summaries(self) -> Sequence[PlaceFigure]:
        """Return the figures of the whole place."""
        ...

    @property
    def periods(self) -> list[str]:
        """Return the periods, oldest first."""
        ...


@dataclass(frozen=True)
class Doubt:
    """One warning.

    Parameters
    ----------
    kind
        What it is about.
    layers
        Ids of the layers concerned.
    text
        The warning in plain words.
    """

    kind: Kind
    layers: tuple[str, ...]
    text: str


def doubts(layers: Iterable[Figures]) -> list[Doubt]:
    """Return what is doubtful about the layers of a place.

    - one source and column used by two layers of one component (it counts twice);
    - two indicators of a component whose newest figures correlate above 0.95 (Pearson, after
      orientation by polarity), over at least eight wards;
    - an indicator that correlates below -0.5 with the mean of the others of its component
      (standardised, oriented): its polarity may be wrong;
    - wards beyond five median absolute deviations from the median, in the newest period;
    - a figure of the whole place that changes by more than a factor of 3 between periods.
    """
    known = list(layers)
    components: dict[str, list[Figures]] = {}
    for layer in known:
        if layer.definition.component:
            components.setdefault(layer.definition.component, []).append(layer)
    found: list[Doubt] = []
    for component, inside in components.items():
        found += [*_same_source(component, inside), *_alike(component, inside)]
    for layer in known:
        found += [*_outliers(layer), *_jumps(layer)]
    return found


def _same_source(component: str, layers: list[Figures]) -> Iterator[Doubt]:
    for one, two in itertools.combinations([item.definition for item in layers], 2):
        if one.source is None or two.source is None or _origin(one) != _origin(two):
            continue
        column = f"the column {one.column}" if one.column else "the rows"
        text = (
            f"{one.id} and {two.id} both use {column} of one source in the component "
            f"{component}: it counts twice"
        )
        yield Doubt("same source", (one.id, two.id), text)


def _origin(definition: LayerDefinition) -> tuple[str, str | None]:
    source = definition.source
    fields = source.model_dump(mode="json") if source else {}
    return json.dumps(fields, sort_keys=True), definition.column


def _alike(component: str, layers: list[Figures]) -> Iterator[Doubt]:
    """Tell indicators that say the same twice, and those that go against the rest."""
    import pandas as pd

    table = pd.DataFrame({item.definition.id: _oriented(item) for item in layers})
    table = table.loc[:, (table.notna().sum() >= FEWEST) & (table.std() > 0)]
    names = [str(name) for name in table.columns]
    together = table.corr(min_periods=FEWEST)
    for one, two in itertools.combinations(names, 2):
        r = float(together.loc[one, two])
        if r > TOO_ALIKE:
            text = (
                f"{one} and {two} say nearly the same (correlation {r:.2f}) in the component "
                f"{component}: what they share counts twice"
            )
            yield Doubt("correlated", (one, two), text)
    scaled = (table - table.mean()) / table.std()
    # Of two, either may be the wrong way round: that is one doubt, not two.
    for name in names[:1] if len(names) == 2 else names if len(names) > 1 else []:
        others = [other for other in names if other != name]
        r = float(scaled[name].corr(scaled[others].mean(axis=1), min_periods=FEWEST))
        if r < AGAINST_THE_REST:
            rest = others[0] if len(others) == 1 else f"the rest of the component {component}"
            text = (
                f"{name} is good where {rest} is bad (correlation {r:.2f} after "
                "orientation): is its polarity right?"
            )
            yield Doubt("polarity", (name, *(others if len(others) == 1 else ())), text)


def _newest(layer: Figures) -> pd.Series:
    rows = layer.values[layer.values["period"] == layer.periods[-1]]
    return rows.set_index("area_code")["value"]


def _oriented(layer: Figures) -> pd.Series:
    values = _newest(layer)
    return -values if layer.definition.polarity == "lower_is_better" else values


def _outliers(layer: Figures) -> Iterator[Doubt]:
    values = _newest(layer).dropna()
    if len(values) < FEWEST:
        return
    middle = float(values.median())
    away = (values - middle).abs()
    spread = float(away.median())
    # Where half of the wards have one value, but for floating point noise, there is no scale.
    if spread <= NOISE * abs(middle):
        return
    far = (away / spread)[away > FAR_OUT * spread].sort_values(ascending=False)
    if far.empty:
        return
    wards = ", ".join(f"{code} ({_figure(values[code])})" for code in far.index[:3])
    more = f" and {len(far) - 3} more" if len(far) > 3 else ""
    text = (
        f"{layer.definition.id}: {wards}{more} lie{'s' if len(far) == 1 else ' up to'} "
        f"{far.iloc[0]:,.1f} median absolute deviations from the median {_figure(middle)}"
    )
    yield Doubt("outlier", (layer.definition.id,), text)


def _jumps(layer: Figures) -> Iterator[Doubt]:
    figures = {item.period: item.place for item in layer.summaries}
    for before, after in itertools.pairwise(layer.periods):
        old, new = figures.get(before), figures.get(after)
        if not old or not new or old * new < 0:
            continue
        factor = max(new / old, old / new)
        if factor > JUMP:
            text = (
                f"{layer.definition.id}: the figure of the place goes from {_figure(old)} in "
                f"{before} to {_figure(new)} in {after}, a factor of {factor:.1f}"
            )
            yield Doubt("jump", (layer.definition.id,), text)


def _figure(value: float) -> str:
    """Return a figure with four digits, and never as a power of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
