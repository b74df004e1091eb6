"""A published version opened for reading: tables, scores, outlines, postcodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError, Problem, nearest
from placedata.layers.layer import ERROR_PARTS
from placedata.snapshot.names import (
    AREAS,
    AREAS_WEB,
    CATALOGUE,
    INDEX,
    POSTCODES,
    SCORES,
    SKETCH,
    TILE_AREAS,
    TILES,
    VALUES,
)
from placedata.snapshot.record import LayerRecord, layer_record
from placedata.stores.files import current_version, read_manifest

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from placedata.framework import Framework
    from placedata.snapshot.rests import RestsOn
    from placedata.snapshot.trace import Trace


SCORE_COLUMNS = [
    "score", "rank", "coverage", "low", "high", "median", "p_top", "p_bottom", "group",
    "disagree", "who",
]  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """One published version of a place, opened for reading.

    Parameters
    ----------
    directory
        The version's folder.
    manifest
        What was published: hashes, inputs, date.
    """

    directory: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Version and content hash, ``v000003-1a2b3c4d``."""
        return f"{self.manifest['version']}-{self.manifest['content'][:8]}"

    @property
    def levels(self) -> tuple[str, ...]:
        """The place's own geography, then those of larger areas."""
        return tuple(self.place["levels"])

    def level(self, geography: str) -> Snapshot:
        """Return the snapshot of one of `levels`: the same layers for larger areas.

        Raises
        ------
        PlaceDataError
            There is no such level.
        """
        if geography == self.place["geography"]:
            return self
        if geography not in self.levels:
            problem = Problem(
                "snapshot", "level", repr(geography), ", ".join(self.levels),
                suggestion=nearest(geography, self.levels),
            )  # fmt: skip
            raise PlaceDataError(f"there is no level {geography!r}", [problem])
        if geography not in self._levels:
            self._levels[geography] = Snapshot(self.directory / geography, self.manifest)
        return self._levels[geography]

    @cached_property
    def _levels(self) -> dict[str, Snapshot]:
        return {}

    @property
    def published(self) -> str:
        """When it was published, ISO 8601 in UTC."""
        return str(self.manifest["published"])

    @property
    def published_date(self) -> str:
        """The day it was published, as people write it: ``22 November 2026``."""
        from datetime import datetime

        moment = datetime.fromisoformat(self.published)
        return f"{moment.day} {moment:%B %Y}"

    @cached_property
    def catalogue(self) -> Mapping[str, Any]:
        """The catalogue document: ``place`` and ``layers``."""
        loaded: Mapping[str, Any] = json.loads((self.directory / CATALOGUE).read_text("utf-8"))
        return loaded

    @property
    def place(self) -> Mapping[str, Any]:
        """What the place file says: name, geography, publisher, attribution and the rest."""
        place: Mapping[str, Any] = self.catalogue["place"]
        return place

    @cached_property
    def layers(self) -> Mapping[str, LayerRecord]:
        """Layer id -> record, in the order of the framework, map-only layers last."""
        from datetime import datetime

        day = datetime.fromisoformat(self.published).date()
        records = [layer_record(item, day) for item in self.catalogue["layers"]]
        return {record.id: record for record in records}

    def layer(self, identifier: str) -> LayerRecord:
        """Return a layer's record.

        Raises
        ------
        PlaceDataError
            There is no such layer; the nearest name is told.
        """
        if identifier not in self.layers:
            problem = Problem(
                "snapshot", "layer", repr(identifier), "a layer id (placedata layers lists them)",
                suggestion=nearest(identifier, self.layers),
            )  # fmt: skip
            raise PlaceDataError(f"there is no layer {identifier!r}", [problem])
        return self.layers[identifier]

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Columns ``area_code`` (also the index) and ``area_name``, sorted by code."""
        import pandas as pd

        frame = pd.read_parquet(self.directory / AREAS, columns=["area_code", "area_name"])
        return frame.set_index("area_code", drop=False)

    def area_name(self, code: str) -> str:
        """Return an area's name.

        Raises
        ------
        PlaceDataError
            The place has no such area; the nearest code or name is told.
        """
        if code not in self.areas.index:
            names = {name.lower(): key for key, name in self.areas["area_name"].items()}
            near = nearest(code, self.areas.index) or names.get(nearest(code.lower(), names) or "")
            problem = Problem(
                "snapshot", "area", repr(code), f"an area code of {self.place['name']}",
                suggestion=near,
            )  # fmt: skip
            raise PlaceDataError(f"there is no area {code!r} in {self.place['name']}", [problem])
        return str(self.areas.loc[code, "area_name"])

    @cached_property
    def values(self) -> pd.DataFrame:
        """Ward figures of every layer and period, long.

        Columns ``layer``, ``area_code``, ``period``, ``value``, ``numerator``, ``denominator``,
        ``weight``, ``n``, ``coverage``, ``status``, ``standard_error`` (in the layer's unit) with
        its parts ``error_sampling``, ``error_apportionment``, ``error_sensors`` (NaN where not
        known), ``reason`` (why a figure is missing, where more is known than that; else ""),
        ``rank`` (1 = best by polarity; ties min) and ``grade`` (``A`` to ``D``, empty where
        there is no figure).
        """
        import pandas as pd

        values = pd.read_parquet(self.directory / VALUES)
        if "grade" not in values:
            values = values.assign(grade="")
        if "reason" not in values:
            values = values.assign(reason="")
        absent = [name for name in ("standard_error", *ERROR_PARTS) if name not in values]
        return values.assign(**dict.fromkeys(absent, float("nan")))  # of older snapshots

    def table(self, layer: str, period: str | None = None) -> pd.DataFrame:
        """Return one layer's ward figures, indexed by area code; the newest period unless given.

        Raises
        ------
        PlaceDataError
            There is no such layer, or no such period of it.
        """
        record = self.layer(layer)
        wanted = period or record.latest
        if wanted not in record.periods:
            problem = Problem(
                "snapshot", f"{layer}.period", repr(wanted), ", ".join(record.periods),
                suggestion=nearest(wanted, record.periods),
            )  # fmt: skip
            raise PlaceDataError(f"the layer {layer} has no period {wanted}", [problem])
        if (layer, wanted) not in self._tables:
            rows = self._values_of[layer]
            frame = rows[rows["period"] == wanted].set_index("area_code")
            frame = frame.reindex(self.areas.index).assign(area_name=self.areas["area_name"])
            self._tables[layer, wanted] = frame
        return self._tables[layer, wanted].copy(deep=False)

    def trace(self, layer: str, area: str, period: str | None = None) -> Trace:
        """Return where a figure comes from; the newest period unless given.

        Raises
        ------
        PlaceDataError
            There is no such layer, area or period, or the snapshot was made without traces.
        """
        from placedata.snapshot.trace import trace_of

        return trace_of(self, layer, area, period)

    def rests_on(self, layer: str, area: str, period: str | None = None) -> RestsOn | None:
        """Return what a ward's figure from sensors rests on; None for any other figure."""
        from placedata.snapshot.rests import rests_on

        return rests_on(self, layer, area, period)

    @cached_property
    def rests(self) -> pd.DataFrame:
        """What figures from sensors rest on, long; columns as in `placedata.layers.sensors`."""
        from placedata.snapshot.rests import read_rests

        return read_rests(self)

    @cached_property
    def rests_by_area(self) -> Mapping[tuple[str, str, str], list[dict[str, Any]]]:
        """The rows of `rests` by layer, area code and period; nothing where there are none."""
        from placedata.snapshot.rests import by_area

        return by_area(self.rests)

    def history(self, layer: str) -> pd.DataFrame:
        """Return one layer's values as areas by periods, oldest first; NaN where there is none."""
        if layer not in self._histories:
            wide = self._values_of[layer].pivot(index="area_code", columns="period", values="value")
            periods = list(self.layer(layer).periods)
            self._histories[layer] = wide.reindex(index=self.areas.index, columns=periods)
        return self._histories[layer].copy(deep=False)

    @cached_property
    def _values_of(self) -> dict[str, pd.DataFrame]:
        return {str(name): group for name, group in self.values.groupby("layer", sort=False)}

    @cached_property
    def _tables(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {}

    @cached_property
    def _histories(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Long: ``area_code``, ``node``, ``level`` and the columns of `score_table`."""
        import pandas as pd

        return pd.read_parquet(self.directory / SCORES)

    def score_table(self, node: str) -> pd.DataFrame:
        """Return the scores of one node of the index, by area code.

        Columns ``score``, ``rank``, ``coverage``; ``low``, ``high``, ``median`` (nine of ten of
        the repeats rank between the first two); ``p_top``, ``p_bottom`` (chance of being among
        the first and the last tenth); ``group`` (wards of one group cannot be told apart);
        ``disagree`` (0 to 1: share of all weight sets that move the area into or out of the first
        or last tenth) and ``who`` (what those weigh more than others, in words).

        Raises
        ------
        PlaceDataError
            There is no such node.
        """
        nodes = {item.id for item in self.framework.nodes}
        if node not in nodes:
            problem = Problem(
                "snapshot", "node", repr(node), "a node of the index",
                suggestion=nearest(node, nodes),
            )  # fmt: skip
            raise PlaceDataError(f"there is no node {node!r} in the index", [problem])
        empty = self.scores.iloc[:0].set_index("area_code")
        frame = self._scores_of.get(node, empty).reindex(columns=SCORE_COLUMNS)
        return frame.reindex(self.areas.index).assign(area_name=self.areas["area_name"])

    def indicator_scores(self, layer: str) -> pd.Series:
        """Return the scores of a layer that belongs to a component; empty for any other."""
        import pandas as pd

        rows = self._scores_of.get(layer)
        return pd.Series(dtype=float) if rows is None else rows["score"]

    @cached_property
    def _scores_of(self) -> dict[str, pd.DataFrame]:
        indexed = self.scores.set_index("area_code")
        return {str(name): group for name, group in indexed.groupby("node", sort=False)}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Area code -> node or indicator -> ``strength`` or ``weakness``."""
        from placedata.snapshot.labels import labels_by_area

        return labels_by_area(self)

    @cached_property
    def index(self) -> Mapping[str, Any]:
        """How the scores were made.

        ``framework``, ``decisions``, ``bounds``, ``weights``, ``rank_note``, ``notice`` and
        ``periods`` (indicator -> period scored).
        """
        loaded: Mapping[str, Any] = json.loads((self.directory / INDEX).read_text("utf-8"))
        return loaded

    @cached_property
    def framework(self) -> Framework:
        """The framework that made the scores, with its indicators."""
        from placedata.framework import Framework

        return Framework.model_validate(self.index["framework"])

    @property
    def scored_periods(self) -> tuple[str, str] | None:
        """Oldest and newest period among the scored indicators, or None without scores."""
        from placedata.layers.layer import period_order

        periods = sorted(set(self.index["periods"].values()), key=period_order)
        return (periods[0], periods[-1]) if periods else None

    @cached_property
    def boundaries(self) -> gpd.GeoDataFrame:
        """Columns ``area_code``, ``area_name``, ``geometry`` (EPSG:27700), sorted by code."""
        import geopandas as gpd

        return gpd.read_parquet(self.directory / AREAS)

    @property
    def web_geometry(self) -> Path:
        """GeoJSON (EPSG:4326) with ``area_code`` and ``area_name``, in the order of `areas`."""
        return self.directory / AREAS_WEB

    @property
    def sketch(self) -> Path:
        """JSON of outlines for a first look, see `placedata.maps.sketch`; not in old snapshots."""
        return self.directory / SKETCH

    @property
    def tiles(self) -> Path:
        """Vector tiles of the outlines as one PMTiles file; only there beyond 1,000 areas."""
        return self.directory / TILES

    @property
    def tile_areas(self) -> Path:
        """JSON of where each area of the tiles lies: code, name, bounds, inside point, zoom."""
        return self.directory / TILE_AREAS

    @cached_property
    def postcodes(self) -> pd.Series:
        """Postcode without spaces -> area code; empty where the place has no postcodes."""
        import pandas as pd

        path = self.directory / POSTCODES
        if not path.is_file():
            return pd.Series(dtype=str)
        return pd.read_parquet(path).set_index("postcode")["area_code"]

    def area_of_postcode(self, text: str) -> str | None:
        """Return the area that holds a postcode, however it is spaced and cased, or None."""
        code = "".join(text.split()).upper()
        return str(self.postcodes[code]) if code in self.postcodes.index else None


def open_snapshot(store: Path, version: str | None = None, *, check: bool = False) -> Snapshot:
    """Return a published snapshot, the one served unless a version is given.

    Raises
    ------
    PlaceDataError
        Nothing is published, or the version cannot be read (with `check`: is damaged).
    """
    name = version or current_version(store)
    if name is None:
        problem = Problem(
            str(store.parent.name or "."), "snapshot", "nothing", "placedata build makes one"
        )
        raise PlaceDataError("nothing is built yet: run placedata build", [problem])
    return Snapshot(store / name, read_manifest(store, name, check=check))
