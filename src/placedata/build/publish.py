"""Write one snapshot's files: values, scores, outlines, catalogue, index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from placedata.build.backgrounds import basemap_record
from placedata.build.grading import Belongs, graded
from placedata.build.levels import belonging, told_apart
from placedata.build.overlays import write_overlays
from placedata.build.scoring import Scored, score_level, write_json, write_scores
from placedata.build.tiles import MOST_PLAIN, write_tiles
from placedata.build.tracing import write_rests, write_trace
from placedata.catalog.style import logo_of
from placedata.geography import WEB_CRS
from placedata.layers.things import kind_of
from placedata.maps.sketch import inside_points, sketch
from placedata.snapshot import names, plain

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from placedata.catalog import Catalog
    from placedata.geography import Boundaries
    from placedata.layers import Ground, Layer

#: Decimals of a degree in the web outline: about 0.1 m.
DEGREE_DECIMALS = 6
#: Above this many points the web outline is simplified, shared borders kept shared.
MOST_WEB_POINTS = 150_000


def write_snapshot(
    folder: Path, ground: Ground, layers: Mapping[str, Layer], keys: Mapping[str, str], key: str
) -> dict[str, Any]:
    """Write the files of a snapshot into `folder`; return what the manifest says of it."""
    from placedata.version import VERSION

    catalog = ground.catalog
    ordered = in_order(catalog, layers)
    found = {name: ground.boundaries(name) for name in catalog.place.larger}
    inside = belonging(ground)
    wards = told_apart(ground.wards, found, {name: to for name, (to, _) in inside.items()})
    scores = write_level(folder, catalog, wards, ordered)
    _write_postcodes(folder, ground)
    write_trace(folder, ground, ordered)
    write_rests(folder, ordered)
    write_overlays(folder, ground, ordered)
    for larger, areas in found.items():
        belongs, notes = inside[larger]
        write_json(folder / f"{larger}.json", {"areas": belongs, "notes": notes})
        (folder / larger).mkdir()
        taken = [replace(layer, values=layer.larger[larger]) for layer in ordered]
        write_level(folder / larger, catalog, areas, taken, scores, belongs)
    return {
        "schema": names.SCHEMA,
        "placedata": VERSION,
        "published": datetime.now(UTC).isoformat(timespec="seconds"),
        "key": key,
        "layer_keys": dict(keys),
    }


def write_level(
    folder: Path,
    catalog: Catalog,
    areas: Boundaries,
    layers: list[Layer],
    smaller: Scored | None = None,
    belongs: Belongs = None,
) -> Scored | None:
    """Write values, scores, outlines and catalogue of one level; return the scores.

    Parameters
    ----------
    smaller
        Scores of the level below: their bounds and weights are used again, so that the scores of
        both levels can be compared.
    belongs
        Area of the level below -> area of this one, for larger areas.
    """
    quality = {layer.id: graded(layer, belongs) for layer in layers}
    _write_values(folder, layers, {name: grades for name, (grades, _) in quality.items()})
    scored = score_level(catalog, areas.codes, layers, smaller)
    write_scores(folder, catalog, layers, scored)
    _write_areas(folder, areas)
    told = write_tiles(folder, areas)
    records = [
        {**_record(catalog, layer), "quality": plain(quality[layer.id][1])} for layer in layers
    ]
    write_json(folder / names.CATALOGUE, {"place": _place(catalog, areas, told), "layers": records})
    return scored


def in_order(catalog: Catalog, layers: Mapping[str, Layer]) -> list[Layer]:
    """Return the layers as people meet them: by component, then map-only ones by theme, title."""
    nodes = [node.id for node in catalog.framework.bottom_up()]

    def place(layer: Layer) -> tuple[int, str, str]:
        component = layer.definition.component
        at = nodes.index(component) if component in nodes else len(nodes)
        return (at, layer.definition.theme or "", layer.definition.title)

    return sorted(layers.values(), key=place)


def _write_values(folder: Path, layers: list[Layer], grades: Mapping[str, pd.Series]) -> None:
    import pandas as pd

    frames = [_ranked(layer).assign(grade=grades[layer.id]) for layer in layers]
    values = pd.concat(frames, ignore_index=True)
    values.to_parquet(folder / names.VALUES, index=False, compression="zstd")


def _ranked(layer: Layer) -> pd.DataFrame:
    """Return a layer's values with ranks: 1 is best by polarity, ties take the smaller rank."""
    frame = layer.values.assign(layer=layer.id)
    if layer.definition.polarity == "neutral":
        return frame.assign(rank=float("nan"))
    ascending = layer.definition.polarity == "lower_is_better"
    # Ten digits: values equal but for floating point noise tie.
    rounded = frame["value"].map(lambda value: float(f"{value:.10g}"))
    return frame.assign(
        rank=rounded.groupby(frame["period"]).rank(method="min", ascending=ascending)
    )


def _write_areas(folder: Path, areas: Boundaries) -> None:
    import shapely

    frame = areas.frame[["area_code", "area_name", "geometry"]]
    frame.to_parquet(folder / names.AREAS, index=False, compression="zstd", schema_version="1.1.0")
    web = frame
    if shapely.get_num_coordinates(frame.geometry.array).sum() > MOST_WEB_POINTS:
        simple = shapely.coverage_simplify(frame.geometry.to_numpy(), 10.0)
        web = frame.set_geometry(simple, crs=frame.crs)
    web = web.to_crs(WEB_CRS)
    web = web.set_geometry(
        shapely.set_precision(web.geometry.to_numpy(), 10.0**-DEGREE_DECIMALS), crs=WEB_CRS
    )
    features = [
        {
            "type": "Feature",
            "properties": {"area_code": row.area_code, "area_name": row.area_name, **inside},
            "geometry": json.loads(shapely.to_geojson(shapely.orient_polygons(row.geometry))),
        }
        for row, inside in zip(web.itertuples(), _inside(areas), strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / names.AREAS_WEB).write_text(text.replace(", ", ","), "utf-8")
    small = json.dumps(sketch(areas), ensure_ascii=False, separators=(",", ":"))
    (folder / names.SKETCH).write_text(small, "utf-8")


def _inside(areas: Boundaries) -> list[dict[str, Any]]:
    """Return where each area has its class number on a map; the tiles of many areas tell it too."""
    if len(areas.codes) > MOST_PLAIN:
        return [{}] * len(areas.codes)
    return [{"inside": point} for point in inside_points(areas)]


def _write_postcodes(folder: Path, ground: Ground) -> None:
    """Write which ward each postcode is in, for the search box."""
    if not ground.has_postcodes:
        return
    from placedata.spatial.locate import points_in_areas

    points = ground.postcodes()
    located = points_in_areas(
        points["x"].to_numpy(), points["y"].to_numpy(), ground.wards, nearest=True, within=250
    )
    frame = points[["postcode"]].assign(area_code=located.codes)
    frame = frame[frame["area_code"] != ""].drop_duplicates("postcode")
    frame.to_parquet(folder / names.POSTCODES, index=False, compression="zstd")


def _place(catalog: Catalog, areas: Boundaries, told: tuple[str, ...] = ()) -> dict[str, Any]:
    place = catalog.place
    return {
        "name": place.name,
        "fictional": place.fictional,
        "geography": areas.geography,
        "levels": [place.geography, *place.larger],
        "publisher": place.publisher,
        "licence": place.licence,
        "attribution": list(place.attribution),
        "contact": place.contact,
        "caveats": list(place.caveats),
        "embed": list(place.embed.allow),
        "basemap": basemap_record(place),
        "comparator": place.comparator.name if place.comparator else None,
        "threshold": place.disclosure.threshold,
        "peers": place.peers.model_dump(mode="json") if place.peers else None,
        "scorecard": _style(catalog),
        "areas": len(areas.codes),
        "boundary_notes": [*areas.notes, *told],
        "lookups": [rule.model_dump(mode="json", by_alias=True) for rule in place.lookups],
    }


def _style(catalog: Catalog) -> dict[str, Any] | None:
    """Return how scorecards look, the logo as text."""
    style = catalog.place.scorecard
    if style is None:
        return None
    return {**style.model_dump(mode="json"), "logo": logo_of(catalog.place, catalog.roots)}


def _record(catalog: Catalog, layer: Layer) -> dict[str, Any]:
    definition, entry = layer.definition, catalog.layers[layer.id]
    framework = catalog.framework
    theme = definition.theme
    if theme is None:
        theme = framework.node(definition.component).title if definition.component else "Other"
    latest = layer.values[layer.values["period"] == layer.periods[-1]]
    text = json.dumps(entry.document.data, sort_keys=True, ensure_ascii=False)
    rate = definition.rate
    return {
        **{name: getattr(definition, name) for name in _COPIED},
        "theme": theme,
        "decimals": _decimals(layer),
        "goalposts": plain(definition.goalposts.model_dump()) if definition.goalposts else None,
        "control": plain(definition.control.model_dump()) if definition.control else None,
        "caveats": list(definition.caveats),
        "loader": definition.source.loader if definition.source else None,
        "method": layer.method,
        "per": rate.per if rate else None,
        "denominator": rate.denominator if rate else None,
        "numerator": rate.numerator if rate and definition.source is None else None,
        "periods": layer.periods,
        "ledger": plain(layer.ledger),
        "flows": plain(layer.flows),
        "summaries": plain(layer.summaries),
        "sources": plain(layer.sources),
        "notes": list(layer.notes),
        "errors": dict(layer.errors),
        "apportionment": plain(layer.apportionment),
        "breaks": plain(layer.breaks),
        "file": {"name": entry.document.label, "sha256": hashlib.sha256(text.encode()).hexdigest()},
        "disclosure": _disclosure(layer),
        "things": kind_of(definition),
        "bands": list(definition.bands.edges) if definition.bands else [],
        "bands_by": definition.bands.publisher if definition.bands else None,
        "coverage": float((latest["status"] == "ok").mean()),
    }


def _disclosure(layer: Layer) -> dict[str, Any]:
    """Return the rule of a layer, and how many figures it hides."""
    rule = layer.rule.document if layer.rule else {}
    return {**rule, "hidden": sum(layer.counts.values())} if rule else {}


_COPIED = (
    "id", "title", "description", "unit", "polarity", "component", "weight",
    "statistic", "weighted_by", "publisher", "licence", "url", "updated", "cadence",
    "share_alike",
)  # fmt: skip


def _decimals(layer: Layer) -> int:
    """Return the decimals that the layer's file asks for, else as many as its values need."""
    from placedata.wording import decimals_for

    asked = layer.definition.decimals
    return decimals_for(layer.values["value"].dropna()) if asked is None else asked
