"""Ground: what layers stand on. Boundaries, postcodes, lookups and observations, each read once."""

from __future__ import annotations

from collections.abc import Callable
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
            found = read_boundaries(
                geography, self.catalog.roots, item.file,
                code=item.code, name=item.name, layer=item.layer, crs=item.crs, clip=clip,
            )  # fmt: skip
            self._count(geography, found, item.areas)
            return found

        return self.once(("boundaries", geography), read)

    def _count(self, geography: str, found: Boundaries, areas: int | None) -> None:
        """Refuse outlines with more or fewer areas than the place file says that there are.

        An area that is dropped from a file of outlines leaves no other trace: its people are
        shared out among the areas that are left, or reach none.
        """
        if areas is None or len(found.codes) == areas:
            return
        where = ("boundaries", geography, "areas")
        told = f"{len(found.codes):,} areas in {self.catalog.place.boundaries[geography].file}"
        place = next(item for item in self.catalog.documents if item.label.endswith("place.yaml"))
        problem = place.problem(where, told, f"{areas:,}")
        raise DataError(f"the outlines of {geography} are not those of the place", [problem])

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

        return self.once(("parent",), read)

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

        return self.once(("postcodes",), read)

    def people_points(self, where: str = "postcodes", people: str | None = None) -> WeightPoints:
        """Return where people are, each point in its ward (those just outside in the nearest).

        Parameters
        ----------
        where
            ``postcodes`` or ``addresses``.
        people
            A layer of people by small area: each point weighs as many people as its small area
            has for each of its points. None: each point weighs the same.
        """

        def locate() -> WeightPoints:
            from placedata.spatial.weighted import weight_points

            points = self.addresses() if where == "addresses" else self.postcodes()
            x, y = points["x"].to_numpy(float), points["y"].to_numpy(float)
            weight = None if people is None else self._people(people, points)
            return weight_points(x, y, weight, self.wards)

        return self.once(("people points", where, people), locate)

    def addresses(self) -> pd.DataFrame:
        """Return the address points: ``x``, ``y``, metres.

        Raises
        ------
        ConfigError
            The place names no address file.
        """

        def read() -> pd.DataFrame:
            from placedata.catalog import loader
            from placedata.observations import Request

            item = self.catalog.place.addresses
            if item is None:
                problem = Problem("place.yaml", "addresses", "nothing", "addresses: {file: …}")
                raise ConfigError("the place names no address file", [problem])
            module = loader(item.loader)
            source = module.Source.model_validate({"file": item.file})
            request = Request("addresses", self.catalog.roots, bounds=self.bounds)
            return module.read(source, request).table[["x", "y"]].reset_index(drop=True)

        return self.once(("addresses",), read)

    @property
    def has_postcodes(self) -> bool:
        """Whether the place names a postcode file."""
        return self.catalog.place.postcodes is not None

    def table(self, file: str | None) -> pd.DataFrame:
        """Return a table that the place file names, cells as text."""

        def read() -> pd.DataFrame:
            from placedata.files import read_table

            return read_table(self.catalog.roots.resolve(str(file), where="place.yaml")[0])

        return self.once(("table", file), read)

    def lookup(self, source: str, target: str) -> Lookup | None:
        """Return the lookup from one geography to another, or None where the place names none.

        The one that the place names, or else the shortest chain of those it names
        (``lsoa11 -> lsoa21 -> wd25``).
        """
        path = self.path(source, target)
        if not path:
            return None

        def chained() -> Lookup:
            steps = [self._step(rule) for rule in path]
            found = steps[0]
            for step in steps[1:]:
                found = found.then(step)
            return found

        return self.once(("lookup", source, target), chained)

    def path(self, source: str, target: str) -> list[LookupRule]:
        """Return the rules that lead from one geography to another: the fewest, in file order."""
        ends: dict[str, list[LookupRule]] = {source: []}
        front = [source]
        while front and target not in ends:
            front, now = [], front
            for rule in self.catalog.place.lookups:
                if rule.source in now and rule.target not in ends:
                    ends[rule.target] = [*ends[rule.source], rule]
                    front.append(rule.target)
        return ends.get(target, []) if source != target else []

    def _step(self, rule: LookupRule) -> Lookup:
        from placedata.layers.ways import made_lookup

        return self.once(("step", rule.source, rule.target), lambda: made_lookup(rule, self))

    def _people(self, layer: str, points: pd.DataFrame) -> NDArray[np.float64]:
        """Return how many people each point stands for: its small area's, shared equally."""
        from placedata.layers.ways import people_of

        return people_of(layer, points, self)

    def observations(self, layer: str, which: Which = "source") -> Observations:
        """Return the observations of a layer's source, or of the wider area it is set beside."""
        entry = self.catalog.layers[layer]
        return self.once(("observations", layer, which), lambda: self._read(entry, which))

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
            self.bounds if which == "source" else None,
            definition.error.columns if definition.error and which == "source" else {},
        )  # fmt: skip
        source = entry.source if which == "source" else entry.compare
        return loader(definition.source.loader).read(source, request)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return the place's rectangle with a margin, for files of the whole nation."""
        west, south, east, north = self.wards.frame.total_bounds
        return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN

    def forget(self, layer: str) -> None:
        """Let go of a layer's observations, which may be large."""
        for which in ("source", "compare"):
            self._kept.pop(("observations", layer, which), None)

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what `make` gives, made when the key is first asked for, and kept."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]
