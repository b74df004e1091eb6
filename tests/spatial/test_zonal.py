from __future__ import annotations

import importlib.util

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity, box
from shapely.geometry import Point

from placedata.errors import ConfigError, DataError
from placedata.observations import Raster
from placedata.spatial.zonal import zonal

BNG = "EPSG:27700"
NAN = float("nan")
#: Two rows of three 10 m cells: north row 1 2 3, south row 4 5 (none).
CELLS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, NAN]])
GRID = Raster(CELLS, (10, 0, 0, 0, -10, 20), BNG)


@pytest.fixture(params=["exactextract", "shapely"])
def engine(request, monkeypatch):
    """Run with exactextract and as if it were not installed."""
    if request.param == "shapely":
        without_exactextract(monkeypatch)
    return request.param


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        # A quarter of cell 1, half of 2, and the same of 4 and 5 below: weights by hand.
        ("mean", (1 * 50 + 2 * 50 + 4 * 25 + 5 * 25) / 150),
        ("sum", (1 * 50 + 2 * 50 + 4 * 25 + 5 * 25) / 100),
        ("min", 1.0),
        ("max", 5.0),
        ("count", 1.5),
    ],
)
def test_cells_weigh_by_their_share_in_the_area(engine, make_areas, statistic, expected):
    areas = make_areas({"A": box(5, 5, 15, 5 + 7.5 + 7.5)})
    # 10 m wide over two cells (5 m each), 10 m of the north row and 5 m of the south row.
    found = zonal(GRID, areas, statistic).table
    assert found.loc["A", "value"] == pytest.approx(expected)
    assert found.loc["A", "coverage"] == pytest.approx(1.0)


def test_whole_cells_give_the_quantiles_of_numpy(engine, make_areas):
    values = np.random.default_rng(4).normal(size=(6, 7))
    areas = make_areas({"A": box(0, 0, 70, 60)})
    raster = Raster(values, (10, 0, 0, 0, -10, 60), BNG)
    for statistic, quantile in (("median", 50), ("p95", 95), ("p5", 5), ("p2.5", 2.5)):
        found = zonal(raster, areas, statistic).table.loc["A", "value"]
        assert found == pytest.approx(np.percentile(values, quantile), rel=1e-9), statistic


def test_an_area_smaller_than_a_cell_gets_its_value(engine, make_areas):
    found = zonal(GRID, make_areas({"A": box(1, 1, 2, 2)}), "mean")
    assert found.table.loc["A"].tolist() == pytest.approx([4.0, 1.0])
    assert found.notes["areas smaller than a cell"] == 1


def test_an_area_without_a_cell_centre_gets_its_value(engine, make_areas):
    found = zonal(GRID, make_areas({"A": box(8, 8, 12, 12)}), "mean").table
    assert found.loc["A", "value"] == pytest.approx((1 + 2 + 4 + 5) / 4)


def test_cells_without_data_take_no_part_and_lower_the_coverage(engine, make_areas):
    found = zonal(GRID, make_areas({"A": box(10, 0, 30, 10)}), "mean").table
    assert found.loc["A"].tolist() == pytest.approx([5.0, 0.5])


@pytest.mark.parametrize("statistic", ["mean", "sum", "count", "median", "max"])
def test_an_area_without_valid_cells_is_missing_and_named(engine, make_areas, statistic):
    areas = make_areas({"A": box(21, 1, 29, 9), "B": box(900, 900, 910, 910), "C": box(0, 0, 9, 9)})
    found = zonal(GRID, areas, statistic)
    assert found.table["value"].isna().tolist() == [True, True, False]
    assert found.table["coverage"].tolist() == pytest.approx([0, 0, 1])
    assert found.named["areas without a valid cell: missing"] == ("A", "B")


def test_an_area_beyond_the_edge_of_the_grid_is_covered_in_part(engine, make_areas):
    found = zonal(GRID, make_areas({"A": box(-10, 0, 10, 10)}), "mean").table
    assert found.loc["A"].tolist() == pytest.approx([4.0, 0.5])


def test_south_up_and_east_left_grids_give_the_same(engine, make_areas):
    areas = make_areas({"A": box(3, 2, 17, 19)})
    expected = zonal(GRID, areas, "mean").table
    upside = Raster(CELLS[::-1], (10, 0, 0, 0, 10, 0), BNG)
    mirrored = Raster(CELLS[:, ::-1], (-10, 0, 30, 0, -10, 20), BNG)
    assert zonal(upside, areas, "mean").table.equals(expected)
    assert zonal(mirrored, areas, "mean").table.equals(expected)


def test_areas_are_taken_to_the_crs_of_the_raster(engine, make_areas):
    square = box(545_000, 184_000, 548_000, 187_000)
    corners = gpd.GeoSeries([square], crs=BNG).to_crs("EPSG:4326").total_bounds
    west, south, east, north = corners
    middle = (west + east) / 2
    # Two columns of degrees that meet in the middle of the square.
    transform = (middle - west + 0.1, 0, west - 0.1, 0, south - north - 0.2, north + 0.1)
    raster = Raster(np.array([[10.0, 20.0]]), transform, "EPSG:4326")
    found = zonal(raster, make_areas({"A": square}), "mean").table
    assert found.loc["A", "value"] == pytest.approx(15.0, abs=0.02)
    assert found.loc["A", "coverage"] == pytest.approx(1.0)


def test_unknown_statistics_are_refused(make_areas):
    with pytest.raises(ConfigError, match="found 'mode'; allowed: mean, sum"):
        zonal(GRID, make_areas({"A": box(0, 0, 1, 1)}), "mode")


@pytest.mark.parametrize(
    ("raster", "message"),
    [
        (Raster(CELLS, (10, 1, 0, 0, -10, 20), BNG), "turned"),
        (Raster(CELLS, (0, 0, 0, 0, -10, 20), BNG), "turned or empty"),
        (Raster(np.empty((0, 3)), (10, 0, 0, 0, -10, 20), BNG), "one band of cells"),
        (Raster(CELLS, (10, 0, 0, 0, -10, 20), "EPSG:0"), "CRS is unknown: 'EPSG:0'"),
    ],
)
def test_grids_that_cannot_be_used_are_refused(make_areas, raster, message):
    with pytest.raises(DataError, match=message):
        zonal(raster, make_areas({"A": box(0, 0, 1, 1)}), "mean")


def without_exactextract(patch):
    find = importlib.util.find_spec
    patch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "exactextract" else find(name, *more),
    )


def both_ways(raster, areas, statistic):
    """The figures with exactextract, and with it hidden."""
    with pytest.MonkeyPatch.context() as patch:
        without_exactextract(patch)
        hidden = zonal(raster, areas, statistic).table
    return zonal(raster, areas, statistic).table, hidden


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_both_engines_agree_on_any_shape(make_areas, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(50, 10, (12, 15))
    values[rng.random(values.shape) < 0.2] = NAN
    shapes = {}
    for number in range(5):
        ring = Point(0, 0).buffer(rng.uniform(1, 60), 6)
        ring = Polygon(ring.exterior, [affinity.scale(ring, 0.4, 0.3).exterior])
        shapes[f"A{number}"] = affinity.translate(ring, *rng.uniform(-20, 170, 2))
    # One outline that follows the edges of cells, and one a hair inside them.
    shapes["B0"], shapes["B1"] = box(20, 30, 60, 90), box(20 + 1e-7, 30, 60, 90 - 1e-7)
    areas = make_areas(shapes)
    raster = Raster(values, (10, 0, 0, 0, -10, 120), BNG)
    for statistic in ("mean", "sum", "count", "min", "max", "median", "p90"):
        with_it, without = both_ways(raster, areas, statistic)
        np.testing.assert_allclose(with_it["value"], without["value"], rtol=1e-9, atol=0)
        np.testing.assert_allclose(with_it["coverage"], without["coverage"], rtol=1e-9, atol=1e-12)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_shares_are_those_of_exactextract_to_its_single_precision(make_areas, seed):
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    rng = np.random.default_rng(seed)
    values = rng.normal(50, 10, (12, 15))
    blob = affinity.translate(Point(0, 0).buffer(rng.uniform(4, 60), 6), *rng.uniform(20, 100, 2))
    areas = make_areas({"A": blob})
    source = NumPyRasterSource(values, 0, 0, 150, 120, srs_wkt=areas.frame.crs.to_wkt())
    theirs = exact_extract(source, areas.frame, ["mean", "sum", "count"], output="pandas")
    for statistic in ("mean", "sum"):
        ours = zonal(Raster(values, (10, 0, 0, 0, -10, 120), BNG), areas, statistic).table
        assert ours.loc["A", "value"] == pytest.approx(theirs[statistic][0], rel=3e-7)


def test_cells_add_up_to_the_area_in_double_precision(engine, make_areas):
    """The cells of a whole number each weigh their share: the sum is the area, to 1e-12."""
    blob = affinity.translate(Point(0, 0).buffer(37.7, 16), 71.3, 55.1)
    areas = make_areas({"A": blob})
    ones = Raster(np.ones((12, 15)), (10, 0, 0, 0, -10, 120), BNG)
    assert zonal(ones, areas, "sum").table.loc["A", "value"] == pytest.approx(
        blob.area / 100, rel=1e-12
    )
