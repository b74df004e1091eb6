"""What a snapshot says of a layer besides its values, and plain data for JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from placedata.trust.quality_layer import quality_on

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class LayerRecord:
    """What a snapshot says of a layer besides its values.

    Parameters
    ----------
    ledger
        ``rows_in``, ``used``, ``rejected`` (reason -> rows), ``notes``, ``examples``.
    flows
        One a period: ``period``, ``amount_in``, ``allocated``, ``unallocated``, ``outside``.
    summaries
        One a period: ``period``, ``place``, ``comparator``, ``basis``.
    sources
        One a file: ``label``, ``sha256``, ``rows``.
    file
        The layer file's name and hash, and its text.
    errors
        Part of the standard error (``sampling``, ``apportionment``, ``sensors``) -> where it comes
        from, in words; only those that are known.
    cadence
        How often the publisher renews the figures, or None where the layer file does not say.
    quality
        How good the layer was on the day of publication, as
        `placedata.trust.quality_layer.quality_on` tells it: ``grade``, ``reasons``,
        ``staleness`` and more; None in a snapshot of an older placedata.
    apportionment
        Where figures were shared out: how wrong each way is for this layer, measured by hold-out:
        ``words``, ``errors`` (way -> error, in ``unit``), ``winner``, ``method`` (the one used),
        ``groups``, ``geography``, ``period``; None where it was not measured.
    breaks
        Where the series goes over to another edition: ``period`` (the first of it), ``before``
        (the last of the other), ``from``, ``to``.
    control
        The official total: ``total``, ``tolerance``, ``period`` (None: the newest); None without.
    disclosure
        Which figures are not shown: ``counts``, ``threshold``, ``rounding``, ``dominance``, and
        ``hidden``, how many there are; empty in a snapshot of an older placedata.
    bands, bands_by
        Edges between official bands, rising, and who set them; none where there are none.
    things
        What its points are, where they may be drawn: ``services``, ``assets``, ``sensors``.
    """

    id: str
    title: str
    description: str
    theme: str
    unit: str
    decimals: int
    polarity: str
    component: str | None
    goalposts: Mapping[str, float] | None
    weight: float
    statistic: str
    loader: str | None
    method: str
    per: float | None
    denominator: str | None
    weighted_by: str | None
    publisher: str
    licence: str
    url: str | None
    updated: str | None
    share_alike: bool
    caveats: tuple[str, ...]
    periods: tuple[str, ...]
    ledger: Mapping[str, Any]
    flows: tuple[Mapping[str, Any], ...]
    summaries: tuple[Mapping[str, Any], ...]
    sources: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]
    file: Mapping[str, str]
    coverage: float
    numerator: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    apportionment: Mapping[str, Any] | None = None
    breaks: tuple[Mapping[str, Any], ...] = ()
    control: Mapping[str, Any] | None = None
    cadence: str | None = None
    quality: Mapping[str, Any] | None = None
    disclosure: Mapping[str, Any] = field(default_factory=dict)
    bands: tuple[float, ...] = ()
    bands_by: str | None = None
    things: str | None = None

    @property
    def latest(self) -> str:
        """The newest period."""
        return self.periods[-1]

    def summary(self, period: str | None = None) -> Mapping[str, Any]:
        """Return place value, comparator and basis of a period (the newest unless given)."""
        wanted = period or self.latest
        return next(item for item in self.summaries if item["period"] == wanted)

    def quality_on(self, day: date) -> Mapping[str, Any] | None:
        """Return how good the layer is on another day than that of publication."""
        if self.quality is None:
            return None
        if day not in self._qualities:
            self._qualities.clear()  # pages ask for today, again and again
            self._qualities[day] = quality_on(day, self.quality, self.latest, self.cadence)
        return self._qualities[day]

    @cached_property
    def _qualities(self) -> dict[date, Mapping[str, Any]]:
        return {}


def layer_record(item: Mapping[str, Any], published: date) -> LayerRecord:
    """Return the record that a catalogue document holds, with its quality when published."""
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in item.items()
    }
    record = LayerRecord(**fields)
    return replace(record, quality=record.quality_on(published))


def plain(value: Any) -> Any:  # noqa: ANN401
    """Return dataclasses, tuples and mappings as what JSON can hold; NaN becomes None."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:  # most of what is asked for
        return value
    if kind is float:
        return None if math.isnan(value) else value
    if dataclasses.is_dataclass(kind):
        return {name: plain(getattr(value, name)) for name in _field_names(kind)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.item() if hasattr(value, "item") else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
