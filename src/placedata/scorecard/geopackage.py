"""All wards as GeoPackage, with a style for every figure that QGIS finds and offers by itself.

The styles are in the table ``layer_styles``, as QGIS keeps them; classes and colours are those of
the dashboard's map. Two tables without geometry say what the columns are, and where all is from.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.scorecard.columns import notices
from placedata.scorecard.flat import flat_frame, flat_name
from placedata.scorecard.qml import style_of

if TYPE_CHECKING:
    import pandas as pd

    from placedata.scorecard.columns import Column
    from placedata.snapshot import Snapshot

LAYER = "wards"
STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""
#: Kept out of the file by SQLite where it is longer: QGIS shows this much of a name.
NAME_LETTERS = 60


def write_geopackage(snapshot: Snapshot, found: Iterable[Column], path: Path) -> None:
    """Write all areas (EPSG:27700) with columns, styles, and what the columns are.

    The file takes the place of one that is there; a reader never sees half of it. The same
    snapshot makes the same figures, and the dates inside are those of the snapshot.
    """
    from placedata.files.drivers import lock_drivers

    lock_drivers()
    given = list(found)
    shapes = snapshot.boundaries[["area_code", "geometry"]]
    frame = shapes.merge(flat_frame(snapshot, given), on="area_code")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        options = {"IDENTIFIER": f"{snapshot.place['name']}, {snapshot.id}"}
        frame.to_file(made, driver="GPKG", layer=LAYER, engine="pyogrio", **options)
        _append(_columns(given), made, "columns")
        _append(_about(snapshot, given), made, "about")
        with closing(sqlite3.connect(made)) as database:
            _write_styles(database, snapshot, given)
            database.commit()
        made.replace(path)


def _append(frame: pd.DataFrame, path: Path, layer: str) -> None:
    import pyogrio

    pyogrio.write_dataframe(frame, path, driver="GPKG", layer=layer)


def _columns(given: list[Column]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "column": flat_name(item), "title": item.title, "unit": item.unit,
            "period": item.period, "polarity": item.polarity.replace("_", " "),
            "publisher": item.source, "licence": item.licence,
            "share_alike": "yes" if item.share_alike else "no",
        }
        for item in given
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _about(snapshot: Snapshot, given: list[Column]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"note": notices(snapshot, given)})


def _write_styles(database: sqlite3.Connection, snapshot: Snapshot, given: list[Column]) -> None:
    """Add one style for each column; the first is the one that QGIS opens the layer with."""
    moment = f"{snapshot.published[:19]}Z".replace("ZZ", "Z")
    database.execute(STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
        (moment,),
    )
    for at, column in enumerate(given):
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', '', ?)",
            (
                LAYER,
                flat_name(column)[:NAME_LETTERS],
                style_of(snapshot, column),
                at == 0,
                column.heading,
                moment,
            ),
        )
    database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
