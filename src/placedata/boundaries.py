"""Reading boundaries: one valid polygon for each area code, on the British National Grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict, Unpack

from placedata.columns import CodeColumn, edition_of, find_code_column, find_column, missing_column
from placedata.errors import DataError, Problem
from placedata.files import Roots, read_vector
from placedata.files.tables import cell_text
from placedata.geography import CRS, GSS_CODE, Boundaries

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import shapely

#: An area belongs to the parent when at least this share of it lies inside.
MOST_OF_IT = 0.5
_SLIVER = 0.01


class FileParts(TypedDict, total=False):
    """Which part of a boundary file to read; each may be None, which is to be found."""

    code: str | None
    name: str | None
    layer: str | None
    crs: str | None


def read_boundaries(
    geography: str,
    roots: Roots,
    file: str,
    *,
    clip: shapely.Geometry | None = None,
    **columns: Unpack[FileParts],
) -> Boundaries:
    """Return the areas of one geography, repaired where needed, with a note of what was done.

    Parameters
    ----------
    geography
        Level and edition of the codes, ``wd25``.
    roots, file
        A vector file under a data root (GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, shapefile).
    clip
        Outline of the parent, EPSG:27700. An area with less than half of its surface inside is
        left out; others stay whole, since outlines of different generalisation never agree at
        their edges. Each area that is cut is noted with its share.

    columns
        ``code`` and ``name``: columns, found by name (``WD25CD``, ``ward21_code``) or by GSS codes
        where left out; ``layer`` of a file that has several; ``crs`` of a file that states none.

    Raises
    ------
    DataError
        If the codes are absent, of another level or edition, or repeated, or an area has no
        polygon.
    """
    paths = roots.resolve(file, where="place.yaml")
    if len(paths) != 1:
        raise _refusal(file, "boundaries", f"{len(paths)} files", "one file")
    label = roots.label(paths[0])
    features = read_vector(paths[0], layer=columns.get("layer"), crs=columns.get("crs")).to_crs(CRS)
    text = features.drop(columns=features.geometry.name).map(cell_text)
    column = _code_column(text, label, geography, columns.get("code"))
    names = _name_column(text, label, column.name, columns.get("name"))
    codes = text[column.name].str.strip()
    frame = features.geometry.rename("geometry").to_frame()
    frame["area_code"] = codes
    frame["area_name"] = text[names].str.strip() if names else codes
    _check_codes(frame, label)
    frame, notes = _repair(frame, label)
    frame, left_out = _inside(frame, clip)
    if frame.empty:
        raise _refusal(label, geography, "no area inside the parent", "overlapping outlines")
    frame = frame.sort_values("area_code", ignore_index=True)
    return Boundaries(geography, frame[["area_code", "area_name", "geometry"]], (*notes, *left_out))


def _refusal(label: str, field: str, found: str, allowed: str) -> DataError:
    return DataError("boundaries cannot be used", [Problem(label, field, found, allowed)])


def _code_column(text: pd.DataFrame, label: str, geography: str, code: str | None) -> CodeColumn:
    """Return the column of codes, refusing one whose name tells another edition."""
    found = find_code_column(text, label, wanted=code, geography=geography)
    if isinstance(found, Problem):
        raise DataError("boundaries cannot be used", [found])
    edition = edition_of(found.name)
    if code is None and edition is not None and edition != geography:
        raise _refusal(
            label,
            found.name,
            f"codes of {edition}",
            f"codes of {geography}, or say code: to insist",
        )
    return found


def _name_column(text: pd.DataFrame, label: str, code: str, name: str | None) -> str | None:
    """Return the column of names: the one asked for, the twin of the code column, or NAME."""
    columns = [str(column) for column in text.columns]
    if name is not None:
        found = find_column(columns, name)
        if found is None:
            raise DataError(
                "boundaries cannot be used", [missing_column(label, "name", name, columns)]
            )
        return found
    twin = re.sub(r"CD$", "NM", re.sub(r"(?i)code", "name", code))
    for guess in (twin, "NAME", "area_name"):
        found = find_column(columns, guess)
        if found is not None and found != code:
            return found
    return None


def _check_codes(frame: gpd.GeoDataFrame, label: str) -> None:
    """Refuse codes that are blank, malformed or repeated, and areas without a polygon."""
    problems = []
    wrong = frame[~frame["area_code"].str.fullmatch(GSS_CODE.pattern.strip("^$")).astype(bool)]
    for row, cell in wrong["area_code"].head(10).items():
        problems.append(Problem(label, f"feature {row}", f"code {cell!r}", "a GSS code"))
    repeated = frame["area_code"][frame["area_code"].duplicated()].unique()
    if len(repeated):
        shown = ", ".join(repeated[:10])
        problems.append(Problem(label, "codes", f"{len(repeated)} repeated: {shown}", "each once"))
    bare = frame[frame.geometry.isna() | frame.geometry.is_empty]
    problems += [Problem(label, area, "no polygon", "an outline") for area in bare["area_code"]]
    if problems:
        raise DataError("boundaries cannot be used", problems)


def _repair(frame: gpd.GeoDataFrame, label: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the areas with valid polygons only, and what was mended."""
    import shapely

    notes: list[str] = []
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    for position, valid in enumerate(shapely.is_valid(shapes)):
        if valid:
            continue
        reason = shapely.is_valid_reason(shapes[position]).split("[")[0].lower()
        shapes[position] = shapely.make_valid(shapes[position])
        notes.append(f"{frame['area_code'].iloc[position]}: {reason} repaired")
    problems = []
    for position, shape in enumerate(shapes):
        shapes[position] = polygons_of(shape)
        if shapes[position].is_empty:
            area = frame["area_code"].iloc[position]
            problems.append(Problem(label, area, f"a {shape.geom_type}", "a polygon"))
    if problems:
        raise DataError("boundaries cannot be used", problems)
    return frame.set_geometry(shapes, crs=frame.crs), notes


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry as one shape, without lines and points."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape) if shape.geom_type == "GeometryCollection" else []
    flat = [polygons_of(part) for part in parts]
    return shapely.union_all(flat) if flat else shapely.Polygon()


def _inside(
    frame: gpd.GeoDataFrame, clip: shapely.Geometry | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the areas that belong to the parent, and a note of those that it cuts."""
    if clip is None:
        return frame, []
    import shapely

    shapely.prepare(clip)
    shapes = frame.geometry.to_numpy()
    share = shapely.area(shapely.intersection(shapes, clip)) / shapely.area(shapes)
    notes = []
    foreign = int((share <= _SLIVER).sum())
    if foreign:
        notes.append(f"{foreign} areas outside the parent boundary left out")
    for code, part in zip(frame["area_code"], share, strict=True):
        if _SLIVER < part < MOST_OF_IT:
            notes.append(f"{code}: {part:.0%} inside the parent boundary: left out")
        elif MOST_OF_IT <= part < 1 - 10 * _SLIVER:
            notes.append(f"{code}: {part:.0%} inside the parent boundary: kept whole")
    return frame[share >= MOST_OF_IT], notes
