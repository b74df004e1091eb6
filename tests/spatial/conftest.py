from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest

from placedata.geography import CRS, Boundaries


@pytest.fixture(scope="session")
def make_areas() -> Callable[..., Boundaries]:
    """Return a maker of boundaries: code -> shape."""

    def make(shapes: dict[str, Any], geography: str = "wd25", crs: str = CRS) -> Boundaries:
        codes = sorted(shapes)
        frame = gpd.GeoDataFrame(
            {"area_code": codes, "area_name": codes},
            geometry=[shapes[code] for code in codes],
            crs=crs,
        )
        return Boundaries(geography, frame)

    return make
