"""Ground: what layers stand on. Boundaries, postcodes, lookups and observations, each read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from placedata.errors import ConfigError, DataError, Problem
from placedata.geography import CRS, Boundaries

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.catalog import Catalog, LayerEntry
    from placedata.definitions import LookupRule
    from placedata.layers.layer import Layer
    from placedata.lookups import Lookup
    from placedata.observations import Observations
    from placedata.spatial.weighted import WeightPoints

#: Metres around the place that points are read from: the nearest service may be over the border.
MARGIN = 2_000.0

Which = Literal["source", "compare"]


class Ground:
    """What the layers of one place stand on; everything is read when first asked for, and kept."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.layers: dict[str, Layer] = {}
        self._kept: dict[tuple[Any, ...], Any] = {}

    @property
    def wards(self) -> Boundaries:
        """The boundaries of the place's own geography."""
        return self.boundaries(self.catalog.place.geography)

    @property
    def threshold(self) -> int:
        """The place's own disclosure threshold."""
        return self.catalog.place.disclosure.threshold

    def title(self, layer: str | None) -> str:
        """Return a layer's title as it stands inside a sentence: ``usual residents``."""
        if layer is None or layer not in self.catalog.layers:
            return str(layer)
        title = self.catalog.layers[layer].definition.title
        shouted = len(title) > 1 and title[1].isupper()  # an abbreviation stays as it is
        return title if shouted else title[:1].lower() + title[1:]

    def boundaries(self, geography: str) -> Boundaries:
        """Return the boundaries of a geography, cut by the parent."""

        def read() -> Boundaries:
            from placedata.boundaries import read_boundaries

            item = self.catalog.place.boundaries[geography]
            clip = self._parent()
            return read_boundaries(
                geography, self.catalog.roots, item.file,
                code=item.code, name=item.name, layer=item.layer, crs=item.crs, clip=clip,
            )  # fmt: skip

        return self._once(("boundaries", geography), read)

    def _parent(self) -> Any:  # noqa: ANN401
        parent = self.catalog.place.parent
        if parent is None:
            return None

        def read() -> Any:  # noqa: ANN401
            from placedata.files import read_vector

            path = self.catalog.roots.resolve(parent.file, where="place.yaml: parent")[0]
            frame = read_vector(path, layer=parent.layer, crs=parent.crs).to_crs(CRS)
            if parent.area is not None:
                cells = frame.drop(columns=frame.geometry.name).astype(str)
                columns = [parent.code] if parent.code in cells else list(cells)
                frame = frame[(cells[columns] == parent.area).any(axis=1)]
            if frame.empty:
                problem = Problem(
                    "place.yaml", "parent.area", repr(parent.area), "a code of that file"
                )
                raise DataError(f"{parent.file} has no area {parent.area}", [problem])
            return frame.geometry.make_valid().union_all()

        return self._once(("parent",), read)

    def postcodes(self) -> pd.DataFrame:
        """Return the postcode points: ``postcode`` (no spaces), ``name``, ``x``, ``y``, metres."""

        def read() -> pd.DataFrame:
            from placedata.catalog import loader
            from placedata.observations import Request

            item = self.catalog.place.postcodes
            if item is None:
                problem = Problem("place.yaml", "postcodes", "nothing", "postcodes: {file: …}")
                raise ConfigError("the place names no postcode file", [problem])
            module = loader(item.loader)
            source = module.Source.model_validate({"file": item.file})
            table = module.read(source, Request("postcodes", self.catalog.roots)).table
            table = table.assign(postcode=table["thing"].str.replace(" ", ""))
            return table[["postcode", "name", "x", "y"]].reset_index(drop=True)

        return self._once(("postcodes",), read)

    def people_points(self) -> WeightPoints:
        """Return the postcode points, each in its ward (those just outside in the nearest)."""

        def locate() -> WeightPoints:
            from placedata.spatial.weighted import weight_points

            points = self.postcodes()
            x, y = points["x"].to_numpy(float), points["y"].to_numpy(float)
            return weight_points(x, y, None, self.wards)

        return self._once(("people points",), locate)

    @property
    def has_postcodes(self) -> bool:
        """Whether the place names a postcode file."""
        return self.catalog.place.postcodes is not None

    def lookup(self, source: str, target: str) -> Lookup | None:
        """Return the lookup that the place names between two geographies, or None."""
        for rule in self.catalog.place.lookups:
            if (rule.source, rule.target) == (source, target):
                return self._once(("lookup", source, target), partial(self._lookup, rule))
        return None

    def _lookup(self, rule: LookupRule) -> Lookup:
        if rule.by == "file":
            return self._published(rule)
        return self._between(rule, rule.by)

    def _between(self, rule: LookupRule, by: str) -> Lookup:
        """Return the lookup made from outlines: by postcodes, area overlap or best fit."""
        from placedata.spatial import apportion

        source, target = self.boundaries(rule.source), self.boundaries(rule.target)
        if by == "area":
            return apportion.lookup_by_area(source, target)
        points = self.postcodes()
        x, y = points["x"].to_numpy(), points["y"].to_numpy()
        if by == "best_fit":
            return apportion.lookup_best_fit(source, target, x, y)
        weight = self._people(str(rule.population)) if by == "population" else None
        return apportion.lookup_by_points(source, target, x, y, weight)

    def _people(self, layer: str) -> NDArray[np.float64]:
        """Return how many people each postcode stands for: its small area's, shared equally."""
        from placedata.layers.areas import by_period, source_geography
        from placedata.spatial.locate import points_in_areas

        observations = self.observations(layer)
        if observations.keyed_by != "area":
            problem = Problem(
                "place.yaml", "lookups.population", repr(layer), "a layer of area codes"
            )
            raise DataError(f"postcodes cannot be weighted by {layer}", [problem])
        geography = source_geography(self.catalog.layers[layer], observations, self)
        people = list(by_period(observations).values())[-1]
        points = self.postcodes()
        areas = self.boundaries(geography)
        located = points_in_areas(
            points["x"].to_numpy(), points["y"].to_numpy(), areas, nearest=True, within=250
        )
        codes = points.assign(area=located.codes)["area"]
        return (codes.map(people) / codes.map(codes.value_counts())).fillna(0.0).to_numpy(float)

    def _published(self, rule: LookupRule) -> Lookup:
        """Return a published lookup; without weights its split areas are shared by postcodes."""
        from placedata.files import read_table
        from placedata.lookups import read_lookup_frame, recode

        frame = read_table(self.catalog.roots.resolve(str(rule.file), where="place.yaml")[0])
        source, target = (self._codes(name) for name in (rule.source, rule.target))
        names = (str(rule.code_from), str(rule.code_to))
        columns: tuple[str, ...] = names
        if rule.weight is not None:
            columns = (*names, rule.weight)
            return read_lookup_frame(
                frame, rule.source, rule.target, columns, sources=source, targets=target
            )
        if source and names[0] in frame:
            frame = frame[frame[names[0]].isin(source)]
        if rule.change is not None:
            columns = (*names, rule.change)
        way = "postcodes" if self.has_postcodes else "area"
        weights = self._between(rule, way) if source and target else None
        return recode(frame, rule.source, rule.target, columns, weights=weights)

    def _codes(self, geography: str) -> list[str]:
        """Return the codes of a geography, none where the place has no outlines of it."""
        known = geography in self.catalog.place.boundaries
        return self.boundaries(geography).codes if known else []

    def observations(self, layer: str, which: Which = "source") -> Observations:
        """Return the observations of a layer's source, or of the wider area it is set beside."""
        entry = self.catalog.layers[layer]
        return self._once(("observations", layer, which), lambda: self._read(entry, which))

    def _read(self, entry: LayerEntry, which: Which) -> Observations:
        from placedata.catalog import loader
        from placedata.observations import Request

        definition = entry.definition
        if definition.source is None:
            msg = f"layer {entry.id} has no source of its own"
            raise DataError(msg)
        request = Request(
            entry.id, self.catalog.roots, definition.column, definition.periods,
            definition.period_from,
            self.postcodes if self.has_postcodes else None,
            self._bounds() if which == "source" else None,
            definition.error.columns if definition.error and which == "source" else {},
        )  # fmt: skip
        source = entry.source if which == "source" else entry.compare
        return loader(definition.source.loader).read(source, request)

    def _bounds(self) -> tuple[float, float, float, float]:
        """Return the place's rectangle with a margin, for files of the whole nation."""
        west, south, east, north = self.wards.frame.total_bounds
        return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN

    def forget(self, layer: str) -> None:
        """Let go of a layer's observations, which may be large."""
        for which in ("source", "compare"):
            self._kept.pop(("observations", layer, which), None)

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]
