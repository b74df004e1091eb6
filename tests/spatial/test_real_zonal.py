"""Terrain and background NOx on the wards of Barking and Dagenham, against rasterio's own mask."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.features import geometry_mask

from placedata.geography import Boundaries
from placedata.observations import Raster
from placedata.spatial.cells import by_cell_shares
from placedata.spatial.zonal import upright, zonal

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def wards(real_data):
    frame = gpd.read_file(real_data / "barking_and_dagenham/boundaries/wards_2025.geojson")
    frame = frame.to_crs("EPSG:27700").rename(
        columns={"WD25CD": "area_code", "WD25NM": "area_name"}
    )
    frame = frame[["area_code", "area_name", "geometry"]].sort_values("area_code")
    return Boundaries("wd25", frame.reset_index(drop=True))


def raster_of(path):
    with rasterio.open(path) as source:
        values = source.read(1).astype(float)
        values[values == source.nodata] = np.nan
        return Raster(values, tuple(source.transform)[:6], "EPSG:27700")


def by_centres(raster, shape):
    outside = geometry_mask([shape], raster.values.shape, rasterio.Affine(*raster.transform))
    return raster.values[~outside]


def test_mean_height_is_near_that_of_the_cell_centres(real_data, wards):
    raster = raster_of(real_data / "barking_and_dagenham/elevation/terrain50.tif")
    found = zonal(raster, wards, "mean").table
    centres = [by_centres(raster, shape).mean() for shape in wards.frame.geometry]
    # The centre rule errs by up to 0.1 m on the smallest ward (183 cells).
    assert found["value"].to_numpy() == pytest.approx(np.array(centres), abs=0.1)
    assert found["coverage"].to_numpy() == pytest.approx(np.ones(19), abs=1e-6)


def test_a_ward_without_a_cell_centre_has_its_background_nox(real_data, wards):
    raster = raster_of(real_data / "london/raster/pcm_nox_2013.tif")
    found = zonal(raster, wards, "mean")
    centres = [by_centres(raster, shape).size for shape in wards.frame.geometry]
    assert centres[0] == 0  # Abbey
    assert found.table["value"].notna().all()
    assert found.notes["areas smaller than a cell"] == 4
    assert np.nanmin(raster.values) <= found.table["value"].min()


@pytest.mark.parametrize("statistic", ["mean", "sum", "count", "max"])
def test_cells_by_shapely_give_the_same_figures(real_data, wards, statistic):
    raster = raster_of(real_data / "london/raster/pcm_nox_2013.tif")
    ours = by_cell_shares(*upright(raster), wards.frame, statistic, None)["value"]
    theirs = zonal(raster, wards, statistic).table["value"]
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-7)
