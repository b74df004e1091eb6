"""Which GDAL drivers may open a file: an allow-list set before GDAL is first loaded."""

from __future__ import annotations

import logging
import os

RASTER_DRIVERS = ("GTiff", "COG", "AAIGrid")

#: The vector drivers of the GDAL that pyogrio brings, all but the allowed ones. A name that GDAL
#: does not know makes it print a warning, so the list follows the locked version (a test holds
#: it); a driver that a later version adds is still kept out by the checks in `vectors`.
_SKIPPED = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,"
    "Elasticsearch,GDALG,GML,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,"
    "LIBKML,LVBAG,MBTiles,MVT,MapInfo File,MapML,MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,"
    "OGR_PDS,OGR_VRT,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,SQLite,SXF,"
    "Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)


def lock_drivers() -> None:
    """Set GDAL's allow-list and switch its network access off.

    A file of one kind can pretend to be another (a VRT renamed ``.geojson`` reads any local file
    and makes requests), so GDAL must not know those drivers at all. It reads these settings once,
    when it is first loaded: this runs when `placedata.files` is imported. The checks of content
    in `vectors` and `rasters` hold whatever the order.
    """
    os.environ["GDAL_SKIP"] = _SKIPPED
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = "{noext}"
    os.environ["PROJ_NETWORK"] = "OFF"


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a message of rasterio is more than that its GDAL lacks a driver to skip."""
    return "GDAL_SKIP" not in record.getMessage()


lock_drivers()
logging.getLogger("rasterio._env").addFilter(_is_news)
