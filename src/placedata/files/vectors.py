"""Vector files: GeoJSON, TopoJSON, GeoPackage, FlatGeobuf and shapefiles, read with suspicion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.errors import DataError, Problem, nearest
from placedata.files.archives import check_zip, read_bytes
from placedata.files.drivers import lock_drivers

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj

JSON = (".geojson", ".json", ".topojson", ".geojson.gz", ".json.gz", ".topojson.gz")
BINARY = {".gpkg": b"SQLite format 3\0", ".fgb": b"fgb\x03", ".shp": b"\x00\x00\x27\x0a"}
_GEOJSON_TYPES = ("FeatureCollection", "Feature")
_BNG = "EPSG:27700"


def read_vector(
    path: Path | str, *, layer: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Return the features of a vector file, in the file's own CRS.

    Parameters
    ----------
    path
        ``.geojson``, ``.topojson``, ``.json`` (also ``.gz``), ``.gpkg``, ``.fgb``, ``.shp`` or a
        ``.zip`` with shapefiles in it.
    layer
        Layer of a GeoPackage, object of a TopoJSON, or shapefile in a zip; needed where there are
        several.
    crs
        CRS for a file that states none. JSON without a CRS is EPSG:4326 by its standards.

    Returns
    -------
    GeoDataFrame
        Properties and ``geometry``; index "row" is the 1-based feature number. A British National
        Grid without an EPSG code is recognised as EPSG:27700.

    Raises
    ------
    DataError
        If the content is not what the suffix says, the layer is ambiguous, the CRS is unknown or
        the file is empty or unsafe to unpack.
    """
    lock_drivers()
    if "://" in str(path) or str(path).startswith("/vsi"):
        raise _refusal(Path(path), f"an address, {str(path)!r}", "a file")
    path = Path(path)
    suffix = "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()
    if suffix in JSON:
        frame = _read_json(path, layer)
    elif suffix in BINARY or suffix == ".zip":
        frame = _read_binary(path, suffix, layer)
    else:
        raise _refusal(path, f"suffix {path.suffix!r}", ", ".join((*JSON, *BINARY, ".zip")))
    if not len(frame):
        raise _refusal(path, "no features", "at least one feature")
    frame.index = frame.index.__class__(range(1, len(frame) + 1), name="row")
    return _with_crs(path, frame, crs)


def layer_names(path: Path | str) -> list[str]:
    """Return the layers that a vector file offers."""
    path = Path(path)
    if path.suffix.lower() == ".zip":
        return sorted(_shapefiles(path))
    if path.suffix.lower() in BINARY:
        lock_drivers()
        import pyogrio

        _check_magic(path, path.suffix.lower())
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    return [path.stem]


def _refusal(path: Path, found: str, allowed: str, guess: str | None = None) -> DataError:
    problem = Problem(path.name, "file", found, allowed, None, guess)
    return DataError("a vector file cannot be read", [problem])


def _pick(path: Path, names: list[str], layer: str | None) -> str:
    """Return the layer asked for, or the only one."""
    if layer is not None:
        if layer not in names:
            raise _refusal(
                path, f"no layer {layer!r}", "layers " + ", ".join(names), nearest(layer, names)
            )
        return layer
    if len(names) != 1:
        raise _refusal(path, f"{len(names)} layers", "name one with layer: " + ", ".join(names))
    return names[0]


def _check_magic(path: Path, suffix: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(16)
    if not head:
        raise _refusal(path, "an empty file", f"a {suffix} file")
    if not head.startswith(BINARY[suffix]):
        raise _refusal(path, "bytes of another kind of file", f"a {suffix} file")


def _shapefiles(path: Path) -> dict[str, str]:
    """Return stem -> member for the shapefiles in a safe zip."""
    members = [name for name in check_zip(path) if name.lower().endswith(".shp")]
    if not members:
        raise _refusal(path, "no shapefile in the zip", "a .shp member")
    return {Path(name).stem: name for name in members}


def _read_binary(path: Path, suffix: str, layer: str | None) -> gpd.GeoDataFrame:
    """Read a GeoPackage, FlatGeobuf or shapefile through GDAL after a look at its first bytes."""
    import pyogrio

    if suffix == ".zip":
        members = _shapefiles(path)
        return _read_zipped(path, members[_pick(path, sorted(members), layer)])
    _check_magic(path, suffix)
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        return pyogrio.read_dataframe(path, layer=_pick(path, names, layer))
    except pyogrio.errors.DataSourceError as error:
        raise _refusal(path, f"a damaged file ({error})", f"a {suffix} file") from error


def _read_zipped(path: Path, member: str) -> gpd.GeoDataFrame:
    """Read one shapefile out of a zip; only its own parts are unpacked, to a private folder."""
    import tempfile
    import zipfile

    import pyogrio

    stem = member[: -len(".shp")]
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            part = name[len(stem) :].lower()
            if name.startswith(stem) and part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                (Path(folder) / f"layer{part}").write_bytes(archive.read(name))
        target = Path(folder) / "layer.shp"
        _check_magic(target, ".shp")
        try:
            return pyogrio.read_dataframe(target)
        except pyogrio.errors.DataSourceError as error:
            raise _refusal(path, f"a damaged shapefile ({error})", "a shapefile") from error


def _read_json(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Read GeoJSON or TopoJSON without GDAL, so that no content can name another file."""
    content = read_bytes(path)
    if not content.strip():
        raise _refusal(path, "an empty file", "GeoJSON or TopoJSON")
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _refusal(path, f"not JSON ({error})", "GeoJSON or TopoJSON") from error
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Topology":
        from placedata.files.topojson import features_of

        names = list(document.get("objects", {}))
        name = _pick(path, names, layer)
        return _frame(path, features_of(document, name), document["objects"][name].get("crs"))
    if kind not in _GEOJSON_TYPES:
        raise _refusal(path, f"JSON of type {kind!r}", "FeatureCollection or Topology")
    features = document.get("features", []) if kind == "FeatureCollection" else [document]
    return _frame(path, features, document.get("crs"))


def _frame(path: Path, features: list[dict[str, Any]], crs: object) -> gpd.GeoDataFrame:
    """Return features as a frame; a `crs` member of the old standard is honoured."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if name is None or "CRS84" in str(name):
        name = "EPSG:4326"
    texts = [json.dumps(feature.get("geometry")) for feature in features]
    try:
        shapes = shapely.from_geojson([None if text == "null" else text for text in texts])
    except shapely.errors.GEOSException as error:
        raise _refusal(path, f"a damaged geometry ({error})", "GeoJSON geometries") from error
    properties = pd.DataFrame([feature.get("properties") or {} for feature in features])
    return gpd.GeoDataFrame(properties, geometry=list(shapes), crs=str(name))


def _with_crs(path: Path, frame: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    """Return the frame with a CRS that has a code where it can be found."""
    if frame.crs is None:
        if crs is None:
            raise _refusal(path, "no coordinate reference system", "state it with crs: EPSG:27700")
        return frame.set_crs(crs)
    if frame.crs.to_epsg() is None and is_british_grid(frame.crs):
        return frame.set_crs(_BNG, allow_override=True)
    return frame


def is_british_grid(crs: pyproj.CRS) -> bool:
    """Tell whether a CRS without an EPSG code has the numbers of the British National Grid."""
    operation = crs.coordinate_operation
    if operation is None or "Transverse" not in operation.method_name.replace("_", " "):
        return False
    numbers = sorted(round(float(item.value), 6) for item in operation.params)
    ellipsoid = crs.ellipsoid
    airy = ellipsoid is not None and abs(ellipsoid.semi_major_metre - 6377563.396) < 0.01
    return airy and numbers == sorted([49.0, -2.0, 0.999601, 400000.0, -100000.0])
