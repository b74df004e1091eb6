"""Weighted lookups between geographies: move counts and means from areas to areas, lose nothing.

A lookup says which share of a source area belongs to which target area. It is made by
`placedata.spatial.apportion` (points or area overlap) or from a published table by
`placedata.lookups.published`. The weights of one source area sum to at most 1; what is left over
is its unallocated share, and every method below shows it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from placedata.errors import DataError
from placedata.lookups.checks import codes_of, numbers_of, refuse_bad_weights, share_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

#: Below this, a left-over share is floating point noise and is taken as nothing.
NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class Moved:
    """Counts moved to another geography: ``allocated + unallocated + unmatched`` is the input.

    Parameters
    ----------
    values
        Target area code -> count, every target of the lookup; NaN where no source has a value.
    allocated, unallocated
        What reached a target, and what belongs to source areas' shares outside every target.
    unmatched
        Codes that the lookup does not know -> their counts.
    coverage
        Target area code -> share (0 to 1) of its sources' weight that has a value.
    missing
        Source areas of the lookup without a value.
    unallocated_by
        Source area code -> the count of it that reached no target, where there is any.
    """

    values: pd.Series
    allocated: float
    unallocated: float
    unmatched: Mapping[str, float]
    coverage: pd.Series
    missing: tuple[str, ...] = ()
    unallocated_by: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Averaged:
    """Means moved to another geography.

    Parameters
    ----------
    values
        Target area code -> weighted mean; NaN where no source has both value and weight.
    weight
        Target area code -> the weight (people, say) that the mean rests on.
    coverage
        Target area code -> share (0 to 1) of its weight whose value is known.
    missing
        Source areas without a value or without a weight.
    unmatched
        Codes with a value that the lookup does not know.
    """

    values: pd.Series
    weight: pd.Series
    coverage: pd.Series
    missing: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Lookup:
    """Which share of a source area belongs to which target area.

    Parameters
    ----------
    source, target
        The two geographies, ``lsoa21`` and ``wd25``.
    weights
        Columns ``from_code``, ``to_code`` (str) and ``weight`` (0 < weight <= 1); no pair twice;
        the weights of one ``from_code`` sum to at most 1.
    method
        ``addresses``, ``postcodes``, ``population``, ``dasymetric``, ``area``, ``best_fit`` or
        ``published``.
    notes
        Facts counted while it was made -> number.
    named
        The codes behind a note, where they can be named.
    sources, targets
        All codes of the two geographies; those of `weights` where empty. A source without any
        weight is wholly unallocated; a target without any gets no value.
    via
        The geographies between, of a chain.

    Raises
    ------
    DataError
        Columns, weights or sums are not as above; the codes at fault are named.
    """

    source: str
    target: str
    weights: pd.DataFrame
    method: str
    notes: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Put the weights in order and refuse those that would lose or invent anything."""
        weights = self.weights[["from_code", "to_code", "weight"]]
        weights = weights.sort_values(["from_code", "to_code"], ignore_index=True)
        refuse_bad_weights(weights, self.title)
        # Rounded tables sum to 1.0000003: scaled, so that nothing is invented.
        sums = weights.groupby("from_code")["weight"].transform("sum")
        weights["weight"] = weights["weight"] / sums.clip(lower=1.0)
        object.__setattr__(self, "weights", weights)
        for name, column in (("sources", "from_code"), ("targets", "to_code")):
            codes = {*getattr(self, name), *weights[column]}
            object.__setattr__(self, name, tuple(sorted(codes)))

    @property
    def title(self) -> str:
        """``lsoa21 -> wd25``, for messages."""
        return f"{self.source} -> {self.target}"

    def told(self, most: int = 10) -> list[str]:
        """Return the notes as sentences, with up to `most` codes named in each."""
        lines = []
        for fact, count in self.notes.items():
            codes = self.named.get(fact, ())
            shown = ", ".join(codes[:most]) + (", …" if len(codes) > most else "")
            lines.append(f"{fact}: {count}" + (f" ({shown})" if shown else ""))
        return lines

    @cached_property
    def _source_index(self) -> pd.Index:
        """The source codes, kept: looking codes up anew would cost more than the arithmetic."""
        import pandas as pd

        return pd.Index(self.sources, dtype=object)

    @cached_property
    def _target_index(self) -> pd.Index:
        import pandas as pd

        return pd.Index(self.targets, name="area_code")

    @cached_property
    def _rest(self) -> NDArray[np.float64]:
        """What is left of each source area when its weights are taken."""
        import numpy as np

        rest = 1.0 - self._allocated.to_numpy()
        return np.where(rest > NOISE, rest, 0.0)

    @cached_property
    def _matrix(self) -> csr_array:
        """The weights: a row for each target, a column for each source."""
        from scipy.sparse import csr_array

        columns = self._source_index.get_indexer(self.weights["from_code"].astype(object))
        rows = self._target_index.get_indexer(self.weights["to_code"])
        weights = self.weights["weight"].to_numpy(dtype=float)
        return csr_array((weights, (rows, columns)), (len(self.targets), len(self.sources)))

    @cached_property
    def _whole(self) -> NDArray[np.float64]:
        """The sum of the weights of each target."""
        whole: NDArray[np.float64] = self._matrix.sum(axis=1)
        return whole

    def allocated_share(self) -> pd.Series:
        """Return source area code -> sum of its weights (0 to 1)."""
        return self._allocated.copy()

    @cached_property
    def _allocated(self) -> pd.Series:
        import pandas as pd

        sums = self._matrix.sum(axis=0)
        return pd.Series(sums, index=self._source_index, name="weight")

    def split_sources(self) -> list[str]:
        """Return the source areas that belong to more than one target."""
        counts = self.weights["from_code"].value_counts()
        return sorted(counts.index[counts > 1])

    def apply(self, counts: pd.Series) -> Moved:
        """Move counts (people, crimes, schools: things that add up) to the target areas.

        Parameters
        ----------
        counts
            Source area code -> count. NaN, or a code that is absent, is missing: never zero.

        Raises
        ------
        DataError
            A code stands twice, or a count is infinite.
        """
        import numpy as np
        import pandas as pd

        codes, given, here, strangers = self._here(counts, "counts")
        total, seen, full = self._sums(here)
        moved = np.where(seen > 0, total, np.nan)
        left = self._rest * here
        rest = np.flatnonzero((left != 0) & ~np.isnan(left))
        parts = left[rest].tolist()
        return Moved(
            values=pd.Series(moved, index=self._target_index, name="value"),
            allocated=math.fsum(moved[seen > 0].tolist()),
            unallocated=math.fsum(parts),
            unmatched={str(codes[row]): float(given[row]) for row in strangers},
            coverage=pd.Series(share_of(seen, full), index=self._target_index, name="coverage"),
            missing=tuple(self.sources[row] for row in np.flatnonzero(np.isnan(here))),
            unallocated_by=dict(
                zip((self.sources[row] for row in rest.tolist()), parts, strict=True)
            ),
        )

    def apply_mean(self, values: pd.Series, weights: pd.Series) -> Averaged:
        """Move values that average (scores, rates, concentrations) as a weighted mean.

        The weight and weight × value of a source are apportioned as counts, then divided.

        Parameters
        ----------
        values
            Source area code -> value; missing where NaN or absent.
        weights
            Source area code -> weight, not negative (people, households). A source without a
            weight takes no part in the mean; for the coverage it counts as one of mean weight.

        Raises
        ------
        DataError
            A code stands twice, a number is infinite, or a weight is negative.
        """
        import numpy as np
        import pandas as pd

        codes, _, here, strangers = self._here(values, "values")
        named, masses, mass, _ = self._here(weights, "weights")
        if (masses < 0).any():
            rows = np.flatnonzero(masses < 0)[:5]
            bad = ", ".join(f"{named[row]} {masses[row]:g}" for row in rows)
            raise DataError(f"lookup {self.title}: weights must not be negative: {bad}")
        known = ~np.isnan(here) & ~np.isnan(mass)
        mean_mass = float(np.nanmean(mass)) if not np.isnan(mass).all() else 1.0
        heavy = np.where(np.isnan(mass), mean_mass, mass)
        total, seen, full = self._sums(np.where(known, here, np.nan), heavy)
        means = np.divide(total, seen, out=np.full(len(total), np.nan), where=seen > 0)
        return Averaged(
            values=pd.Series(means, index=self._target_index, name="value"),
            weight=pd.Series(seen, index=self._target_index, name="weight"),
            coverage=pd.Series(share_of(seen, full), index=self._target_index, name="coverage"),
            missing=tuple(self.sources[row] for row in np.flatnonzero(~known)),
            unmatched=tuple(str(codes[row]) for row in strangers),
        )

    def _here(
        self, series: pd.Series, what: str
    ) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return codes, numbers, those of the source areas (NaN where absent), strangers' rows."""
        import numpy as np

        codes, rows = self._looked_up(series.index, what)
        numbers = numbers_of(series, codes, f"lookup {self.title}: {what}")
        here = np.full(len(self.sources), np.nan)
        inside = rows >= 0
        here[rows[inside]] = numbers[inside]
        return codes, numbers, here, np.flatnonzero(~inside & ~np.isnan(numbers))

    def _looked_up(
        self, index: pd.Index, what: str
    ) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
        """Return the codes of an index and their source rows; kept for the columns of one table."""
        kept = self.__dict__.get("_last")
        if kept is None or not index.is_(kept[0]):
            codes = codes_of(index, f"lookup {self.title}: {what}")
            kept = (index, codes, self._source_index.get_indexer(codes))
            self.__dict__["_last"] = kept
        return kept[1], kept[2]

    def _sums(
        self, values: NDArray[np.float64], mass: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Per target: sum of value × mass, mass that has a value, all mass (each × weight).

        Without `mass` each source counts as one.
        """
        import numpy as np

        matrix = self._matrix
        full = self._whole if mass is None else matrix @ mass
        known = ~np.isnan(values)
        if known.all():
            return matrix @ (values if mass is None else values * mass), full, full
        heavy = known.astype(float) if mass is None else np.where(known, mass, 0.0)
        return matrix @ (np.where(known, values, 0.0) * heavy), matrix @ heavy, full

    def then(self, other: Lookup) -> Lookup:
        """Return the lookup that goes through this one and then through `other`.

        What either step leaves unallocated stays unallocated, and is counted in the notes.

        Raises
        ------
        DataError
            `other` does not begin with the geography in which this one ends.
        """
        if self.target != other.source:
            msg = f"lookup {self.title} cannot be followed by {other.title}: the geographies differ"
            raise DataError(msg)
        pairs = self.weights.merge(
            other.weights, left_on="to_code", right_on="from_code", suffixes=("", "_2")
        )
        pairs["weight"] = pairs["weight"] * pairs["weight_2"]
        weights = pairs.groupby(["from_code", "to_code_2"], as_index=False)["weight"].sum()
        lost = sorted(set(self.targets) - set(other.sources))
        gap = f"{self.target} areas that {other.title} does not know"
        notes = {f"{step.title}: {k}": n for step in (self, other) for k, n in step.notes.items()}
        named = {f"{step.title}: {k}": c for step in (self, other) for k, c in step.named.items()}
        same = self.method == other.method
        return Lookup(
            self.source,
            other.target,
            weights.rename(columns={"to_code_2": "to_code"}),
            self.method if same else f"{self.method}, then {other.method}",
            {**notes, gap: len(lost)},
            {**named, gap: tuple(lost)},
            self.sources,
            other.targets,
            (*self.via, self.target, *other.via),
        )

    def best_fit(self) -> Lookup:
        """Return the lookup that gives each source wholly to its heaviest target.

        The lowest code wins a tie. Only for what cannot be split (names, links): counts moved so
        land in the wrong area wherever a source is split.
        """
        order = self.weights.sort_values(
            ["from_code", "weight", "to_code"], ascending=[True, False, True]
        )
        best = order.drop_duplicates("from_code").assign(weight=1.0)
        split = self.split_sources()
        fact = "areas given whole to one of several"
        return Lookup(
            self.source,
            self.target,
            best,
            "best_fit",
            {**self.notes, fact: len(split)},
            {**self.named, fact: tuple(split)},
            self.sources,
            self.targets,
            self.via,
        )
