"""Loader ``raster``: grids whose every cell is known, in each form."""

from __future__ import annotations

import numpy as np
import pytest


def ascii_grid(rows, x=540_000, y=180_000, size=50, nodata=None):
    head = f"ncols {len(rows[0])}\r\nnrows {len(rows)}\r\nxllcorner {x}\r\nyllcorner {y}\r\n"
    head += f"cellsize {size}\r\n" + (f"NODATA_value {nodata}\r\n" if nodata is not None else "")
    return head + "".join(" ".join(str(cell) for cell in row) + "\r\n" for row in rows)


def geotiff(path, rows, crs="EPSG:27700", **options):
    import rasterio
    from affine import Affine

    cells = np.array(rows, dtype="float32")
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=1,
        dtype="float32", crs=crs, transform=Affine(50, 0, 540_000, 0, -50, 180_100), **options,
    ) as data:  # fmt: skip
        data.write(cells, 1)


def test_a_grid_without_crs_is_refused_until_the_layer_states_it(desk, balanced):
    file = desk.write("a.asc", ascii_grid([[1.1, 2.2], [3.3, 4.4]]))
    assert "a file without a CRS; allowed: state it" in desk.refused("raster", {"file": file})
    seen = desk.ask("raster", {"file": file, "crs": "EPSG:27700"}, periods=("2014",))
    raster = seen.rasters["2014"]
    assert raster.values.tolist() == [[1.1, 2.2], [3.3, 4.4]]
    assert raster.transform == (50.0, 0.0, 540_000.0, 0.0, -50.0, 180_100.0)
    assert raster.crs == "EPSG:27700"
    assert (seen.ledger.rows_in, seen.ledger.used, balanced(seen)) == (4, 4, {})
    assert seen.keyed_by == "raster"
    assert seen.table.empty
    assert list(seen.table.columns) == ["value", "period", "source", "row"]


def test_nodata_cells_are_missing_and_counted(desk, balanced):
    file = desk.write("a.asc", ascii_grid([[1, -9999], [-2.3, 4]], nodata=-9999))
    seen = desk.ask("raster", {"file": file, "crs": "EPSG:27700"})
    np.testing.assert_array_equal(seen.rasters[""].values, [[1, np.nan], [-2.3, 4]])
    assert balanced(seen) == {"nodata": 1}
    also = desk.ask("raster", {"file": file, "crs": "EPSG:27700", "nodata": -2.3})
    assert balanced(also) == {"nodata": 2}


def test_tiles_are_put_together_on_one_grid(desk, balanced):
    desk.write("t/a.asc", ascii_grid([[1, 2], [3, 4]]))
    desk.write("t/b.asc", ascii_grid([[5, 6], [7, 8]], x=540_100, y=180_100))
    seen = desk.ask("raster", {"file": "data/t/*.asc", "crs": "EPSG:27700"})
    gap = np.nan
    np.testing.assert_array_equal(
        seen.rasters[""].values, [[gap, gap, 5, 6], [gap, gap, 7, 8],
        [1, 2, gap, gap], [3, 4, gap, gap]],
    )  # fmt: skip
    assert seen.rasters[""].transform == (50.0, 0.0, 540_000.0, 0.0, -50.0, 180_200.0)
    assert (seen.ledger.rows_in, seen.ledger.used, balanced(seen)) == (8, 8, {})
    assert len(seen.sources) == 2


def test_overlapping_tiles_are_noted_where_they_differ(desk):
    desk.write("t/a.asc", ascii_grid([[1, 2], [3, 4]]))
    desk.write("t/b.asc", ascii_grid([[2, 6], [9, 8]], x=540_050))
    seen = desk.ask("raster", {"file": "data/t/*.asc", "crs": "EPSG:27700"})
    assert seen.rasters[""].values.tolist() == [[1, 2, 6], [3, 4, 8]]
    assert seen.ledger.notes == {
        "cells in two tiles": 2,
        "cells that two tiles give differently": 1,
    }


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (ascii_grid([[1]], x=540_120), "do not line up"),
        (ascii_grid([[1]], x=540_100, size=25), "different grids"),
    ],
)
def test_tiles_of_different_grids_are_refused(desk, other, told):
    desk.write("t/a.asc", ascii_grid([[1, 2], [3, 4]]))
    desk.write("t/b.asc", other)
    assert told in desk.refused("raster", {"file": "data/t/*.asc", "crs": "EPSG:27700"})


def test_a_geotiff_states_its_own_crs_and_another_one_is_refused(desk, balanced):
    geotiff(desk.folder / "a.tif", [[1, -1], [3, 4]], nodata=-1)
    seen = desk.ask("raster", {"file": "data/a.tif"})
    np.testing.assert_array_equal(seen.rasters[""].values, [[1, np.nan], [3, 4]])
    assert seen.rasters[""].crs == "EPSG:27700"
    assert balanced(seen) == {"nodata": 1}
    told = desk.refused("raster", {"file": "data/a.tif", "crs": "EPSG:4326"})
    assert "EPSG:27700, which the file states" in told


#: A 1 km grid with a hole, out of order, as UK-AIR publishes it.
CENTRES = (
    "ukgridcode,x,y,nox2013\n1,540500,181500,30.5\n2,541500,181500,31\n3,540500,180500,MISSING\n"
    "4,542500,180500,32\n"
)


def test_cell_centres_become_a_grid_of_their_own_spacing(desk, balanced):
    file = desk.write("a.csv", CENTRES)
    seen = desk.ask("raster", {"file": file}, value="nox2013", periods=("2013",))
    raster = seen.rasters["2013"]
    np.testing.assert_array_equal(raster.values, [[30.5, 31, np.nan], [np.nan, np.nan, 32]])
    assert raster.transform == (1000.0, 0.0, 540_000.0, 0.0, -1000.0, 182_000.0)
    assert raster.crs == "EPSG:27700"
    assert balanced(seen) == {"not available": 1}
    assert seen.ledger.notes == {"cells of the grid without a value": 3}


def test_periods_come_from_the_names_of_files_and_columns(desk):
    desk.write("nox_2008.csv", CENTRES.replace("2013", "2008").replace("30.5", "40.5"))
    desk.write("nox_2013.csv", CENTRES)
    source = {"file": "data/nox_{period}.csv"}
    seen = desk.ask("raster", source, value="nox{period}")
    assert list(seen.rasters) == ["2008", "2013"]
    assert seen.rasters["2008"].values[0, 0] == 40.5
    one = desk.ask("raster", source, value="nox{period}", periods=("2013",))
    assert list(one.rasters) == ["2013"]
    told = desk.refused("raster", source, value="nox{period}", periods=("2014",))
    assert "data/nox_2014.csv" in told
    told = desk.refused("raster", {"file": "data/nox_2013.csv"}, value="x", periods=("1", "2"))
    assert "{period} in source.file" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CENTRES.replace("541500", "541700"), "centres"),
        (CENTRES + "5,540500,181500,30.5\n", "cells given twice, lines 2, 6"),
        (CENTRES.replace("31\n", "high\n"), "data/a.csv:3: nox2013: found 'high'"),
        (CENTRES.replace("541500", "east"), "data/a.csv:3: x: found 'east'"),
        (CENTRES.replace(",x,", ",lon,"), "no column 'x'"),
        (CENTRES.replace("nox2013", "pm10"), "no column 'nox2013'"),
        ("x,y,nox2013\n540500,181500,3\n", "one cell"),
    ],
)
def test_a_table_that_is_no_grid_is_refused(desk, text, told):
    assert told in desk.refused("raster", {"file": desk.write("a.csv", text)}, value="nox2013")
