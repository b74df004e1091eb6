"""What all tests share: toytown, where every number can be done in the head, and the real files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from placedata.geography import CRS, Boundaries

ROOT = Path(__file__).parents[1]

# The same examples every time in continuous integration; no time limit for one example anywhere,
# since two busy cores say nothing about the code.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("person", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "person")

#: Code -> name, as a council may spell it and as an attacker would.
TOYTOWN = {
    "E05990001": "Abbey",
    "E05990002": "St Mary's, Lower Marsh and the Old Railway Works (South of the Canal)",
    "E05990003": "<b>Castle</b>",
    "E05990004": "Dene & Heath",
}
#: South-west corner of each ward, a square of 1,000 m; seen from above: ``3 4`` over ``1 2``.
CORNERS = {
    "E05990001": (540_000, 180_000),
    "E05990002": (541_000, 180_000),
    "E05990003": (540_000, 181_000),
    "E05990004": (541_000, 181_000),
}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository, which is the sample place too."""
    return ROOT


@pytest.fixture(scope="session")
def toytown() -> Boundaries:
    """Four wards, squares of 1 km (EPSG:27700): 3 and 4 in the north, 1 and 2 in the south."""
    import geopandas as gpd
    from shapely.geometry import box

    squares = [box(x, y, x + 1000, y + 1000) for x, y in CORNERS.values()]
    names = {"area_code": list(TOYTOWN), "area_name": list(TOYTOWN.values())}
    return Boundaries("wd25", gpd.GeoDataFrame(names, geometry=squares, crs=CRS))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published files, which are not part of this repository.

    ``PLACEDATA_REAL_DATA``, else ``shared/data`` beside the repository. Skips where there is none;
    with ``CI=true`` fails instead.
    """
    named = os.environ.get("PLACEDATA_REAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if (folder / "barking_and_dagenham").is_dir():
        return folder
    reason = f"no published files in {folder}; name their folder in PLACEDATA_REAL_DATA"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
