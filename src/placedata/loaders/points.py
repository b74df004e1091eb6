"""Loader ``points``: anything with a position: services, sites, trees, from tables or maps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from placedata.columns import find_column, missing_column
from placedata.coordinates import guess_crs, inside_uk, to_grid
from placedata.files import parse_numbers, read_table, read_vector
from placedata.files.tables import cell_text
from placedata.files.vectors import BINARY, JSON
from placedata.geography import CRS
from placedata.intake import SourceModel, TableFile, Tally, keep_where, paths_of, with_rows
from placedata.intake.postcodes import by_postcode
from placedata.observations import Observations, Request

Cell = str | int | float | bool

_PAIRS = (
    ("easting", "northing"),
    ("eastings", "northings"),
    ("x_coordinate", "y_coordinate"),
    ("bng_e", "bng_n"),
    ("x", "y"),
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
)
_IDS = ("id", "urn", "chargedeviceid", "osm_id", "osm_way_id", "reference", "uprn", "code")
_NAMES = ("name", "establishment_name", "title", "site_name", "organisation_name")
_POSTCODES = ("postcode", "post_code", "pcds", "pcd")
_DOUBLED = re.compile("[ÂÃ][\u0080-\u00bf]|â€")


class Source(SourceModel):
    """What a layer says about points.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: CSV, spreadsheet, Parquet, GeoJSON, GeoPackage
        or shapefile. Of a polygon or line, a point on it is taken.
    x, y
        Columns of coordinates; easting and northing, or longitude and latitude, are found.
    crs
        ``EPSG:27700`` or ``EPSG:4326``; found from the size of the numbers where left out.
    postcode
        Column of postcodes, to place rows by the place's postcode points.
    id, name
        Columns that identify and name a point; found where they are called so.
    where
        Column -> value, or list of values: only these rows are used.
    exclude
        Column -> value, or list of values: these rows are not used. ``blank`` and ``not blank``
        stand for an empty and a filled cell: ``exclude: {closed: not blank}``.
    unique
        ``place``: points at exactly one place count once. ``id``: an id counts once.
    columns
        Names of the columns, from the left, for a table without a header row.
    header, sheet, layer
        Row of the header (0: none), sheet of a spreadsheet by name or number, layer of a
        GeoPackage.
    """

    file: str | list[str]
    x: str | None = None
    y: str | None = None
    crs: str | None = None
    postcode: str | None = None
    id: str | None = None
    name: str | None = None
    where: dict[str, Cell | list[Cell]] = Field(default_factory=dict)
    exclude: dict[str, Cell | list[Cell]] = Field(default_factory=dict)
    unique: Literal["place", "id"] | None = None
    columns: list[str] | None = None
    header: int | None = Field(default=None, ge=0)
    sheet: str | int | None = None
    layer: str | None = None


def read(source: Source, request: Request) -> Observations:
    """Return one observation for each point, EPSG:27700 metres.

    The value is 1, or the number in the layer's ``value`` column. Rows without a position, with
    words where coordinates should be, outside the UK, or with an unknown postcode are rejected by
    reason. Text that was encoded twice (``Â£``) is repaired and noted.

    Raises
    ------
    DataError
        If columns are absent, a value is text, or neither coordinates nor postcodes are found.
    """
    tally = Tally(request.layer)
    parts = []
    for label, path in paths_of(request, source.file):
        suffix = re.sub(r"\.gz$", "", path.name.lower())
        mapped = suffix.endswith((*JSON, *BINARY, ".zip"))
        if mapped:
            frame = _read_map(path, source, tally)
        else:
            frame = read_table(
                path,
                sheet=source.sheet,
                header="auto" if source.header is None else source.header,
                columns=source.columns,
            )
        tally.add_source(label, path, len(frame))
        frame = _repair(_open_objects(frame, source, request), tally)
        table = _leave_out(
            keep_where(TableFile(label, frame, path), source.where, tally), source.exclude, tally
        )
        rows = _rows(table, source, request, tally)
        placed = _place(rows, table, source, request, tally, mapped=mapped)
        parts.append(placed)
    tally.stop_if_problems()
    rows = pd.concat(parts, ignore_index=True)
    rows = _once(rows, source.unique, tally)
    if request.value is None:
        rows = rows.assign(value=1.0)
    else:
        rows = tally.numbers(rows, "text", request.value)
    return tally.observations(rows, "point", ["x", "y", "thing", "name"])


def _read_map(path: Path, source: Source, tally: Tally) -> pd.DataFrame:
    """Return a vector file as text cells with grid coordinates in ``@x`` and ``@y``."""
    import shapely

    features = read_vector(path, layer=source.layer, crs=source.crs)
    shapes = features.geometry.to_numpy()
    point = shapely.get_type_id(shapes) == 0
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    tally.note("shapes taken at a point on them", int((present & ~point).sum()))
    places = np.where(point, shapes, shapely.point_on_surface(shapes))
    x, y = to_grid(shapely.get_x(places), shapely.get_y(places), str(features.crs))
    frame = features.drop(columns=features.geometry.name).map(_property_text)
    frame = pd.DataFrame(frame, index=features.index)
    frame["@x"] = [cell_text(float(value)) for value in x]
    frame["@y"] = [cell_text(float(value)) for value in y]
    return frame


def _property_text(cell: object) -> str:
    return json.dumps(cell) if isinstance(cell, dict | list) else cell_text(cell)


def _open_objects(frame: pd.DataFrame, source: Source, request: Request) -> pd.DataFrame:
    """Add the columns wanted from a JSON object in a cell: ``other.amenity`` of ``other``."""
    wanted = [*source.where, *source.exclude, source.id, source.name, request.value]
    for column in wanted:
        if column is None or "." not in column or column in frame.columns:
            continue
        outer, key = column.split(".", 1)
        if outer in frame.columns:
            frame[column] = [_member(cell, key) for cell in frame[outer]]
    return frame


def _member(cell: str, key: str) -> str:
    try:
        inner = json.loads(cell) if cell else {}
    except json.JSONDecodeError:
        return ""
    return _property_text(inner.get(key)) if isinstance(inner, dict) else ""


def _repair(frame: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Mend text that was encoded as UTF-8 twice; each mended cell is counted."""

    def mend(cell: str) -> str:
        try:
            return cell.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return cell

    for name in frame.columns:
        broken = frame[name].str.contains(_DOUBLED, regex=True)
        if broken.any():
            mended = frame[name].where(~broken, frame[name].map(mend))
            tally.note("cells encoded twice, repaired", int((mended != frame[name]).sum()))
            frame[name] = mended
    return frame


def _leave_out(table: TableFile, exclude: dict[str, Cell | list[Cell]], tally: Tally) -> TableFile:
    """Return the table without the rows that `exclude` names."""
    frame = table.frame
    for column, unwanted in exclude.items():
        names = [str(item) for item in frame.columns]
        name = find_column(names, column)
        if name is None:
            tally.problems.append(missing_column(table.label, "source.exclude", column, names))
            continue
        cells = frame[name].str.strip().str.casefold()
        values = unwanted if isinstance(unwanted, list) else [unwanted]
        keys = {str(value).strip().casefold() for value in values}
        gone = cells.isin(keys - {"blank", "not blank"})
        gone |= (cells == "") if "blank" in keys else False
        gone |= (cells != "") if "not blank" in keys else False
        tally.turn_away(with_rows(table.label, frame), gone, f"left out: {name}")
        frame = frame[~gone]
    return TableFile(table.label, frame, table.path)


def _rows(table: TableFile, source: Source, request: Request, tally: Tally) -> pd.DataFrame:
    """Return rows with thing, name, period and the text of the value."""
    frame, names = table.frame, [str(name) for name in table.frame.columns]

    def cells(wanted: str | None, field: str, guesses: tuple[str, ...] = ()) -> pd.Series | None:
        if wanted is not None:
            found = find_column(names, wanted)
            if found is None:
                tally.problems.append(missing_column(table.label, field, wanted, names))
            return frame[found] if found else None
        by_case = {name.casefold(): name for name in names}
        for found in (by_case[guess] for guess in guesses if guess in by_case):
            text = frame[found].str.strip()
            if (text != "").mean() > (0.5 if guesses is _IDS else 0.0):
                return text
        return None

    numbered = pd.Series([f"row {row}" for row in frame.index], index=frame.index, dtype=str)
    things = cells(source.id, "source.id", _IDS)
    things = numbered if things is None else things.where(things != "", numbered)
    titles = cells(source.name, "source.name", _NAMES)
    period = cells(request.period_from, "period") if request.period_from else None
    value = cells(request.value, "value") if request.value else None
    only = request.periods[0] if request.periods else ""
    return tally.take(
        with_rows(
            table.label,
            frame,
            thing=things.to_numpy(),
            name="" if titles is None else titles.to_numpy(),
            period=only if period is None else period.to_numpy(),
            text="" if value is None else value.to_numpy(),
        )
    )


def _place(
    rows: pd.DataFrame,
    table: TableFile,
    source: Source,
    request: Request,
    tally: Tally,
    *,
    mapped: bool,
) -> pd.DataFrame:
    """Return rows with x and y on the grid, by shape, coordinates or postcode."""
    names = [str(name) for name in table.frame.columns]
    if mapped:
        return _by_coordinates(rows, table, ("@x", "@y"), CRS, tally)
    if source.x or source.y:
        pair = [find_column(names, wanted or "") for wanted in (source.x, source.y)]
        for found, wanted, field in zip(pair, (source.x, source.y), "xy", strict=True):
            if found is None:
                tally.problems.append(
                    missing_column(table.label, f"source.{field}", wanted or "", names)
                )
        if pair[0] is None or pair[1] is None:
            return rows
        return _by_coordinates(rows, table, (pair[0], pair[1]), source.crs, tally)
    by_case = {name.casefold(): name for name in names}
    if source.postcode is None:
        for first, second in _PAIRS:
            if first in by_case and second in by_case:
                found_pair = (by_case[first], by_case[second])
                return _by_coordinates(rows, table, found_pair, source.crs, tally)
    column = find_column(names, source.postcode) if source.postcode else None
    column = column or next((by_case[name] for name in _POSTCODES if name in by_case), None)
    if column is None or (source.postcode and find_column(names, source.postcode) is None):
        wanted = source.postcode or "easting and northing, longitude and latitude, or postcode"
        tally.problems.append(missing_column(table.label, "source.postcode", wanted, names))
        return rows
    return by_postcode(rows, table.frame[column], request, tally)


def _by_coordinates(
    rows: pd.DataFrame, table: TableFile, pair: tuple[str, str], crs: str | None, tally: Tally
) -> pd.DataFrame:
    """Return rows placed by two columns of numbers; the others are rejected by reason."""
    easts, why_east = parse_numbers(table.frame[pair[0]])
    norths, why_north = parse_numbers(table.frame[pair[1]])
    words = (why_east == "text") | (why_north == "text")
    rows = tally.reject(rows, words, "words where coordinates should be")
    easts, norths = easts[~words], norths[~words]
    missing = easts.isna() | norths.isna() | ((easts == 0) & (norths == 0))
    rows = tally.reject(rows, missing, "no coordinates")
    easts, norths = easts[~missing].to_numpy(), norths[~missing].to_numpy()
    crs = crs or guess_crs(norths) or CRS
    x, y = to_grid(easts, norths, crs)
    rows = rows.assign(x=x, y=y)
    return tally.reject(rows, pd.Series(~inside_uk(x, y)), "outside the UK")


def _once(rows: pd.DataFrame, unique: str | None, tally: Tally) -> pd.DataFrame:
    """Return rows with repeats of a place, or of an id, counted once; the first stays."""
    if unique == "place":
        place = pd.DataFrame({"x": rows["x"].round(2), "y": rows["y"].round(2)})
        return tally.reject(rows, place.duplicated(), "duplicate of place")
    if unique == "id":
        return tally.reject(rows, rows["thing"].duplicated(), "duplicate of id")
    again = pd.DataFrame({"x": rows["x"].round(2), "y": rows["y"].round(2)}).duplicated()
    tally.note("points at the place of another", int(again.sum()))
    return rows
