"""Lookups by area overlap that know where in an area people are: dasymetric, by another layer.

The weight of a pair is the share of the source area's **mass** that lies in the overlap. What mass
is, the caller says: built-up ground of a land-cover raster, homes at points, households of smaller
areas. Ground without mass (a park, water) then takes no people along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from placedata.geography import Boundaries
from placedata.lookups import Lookup
from placedata.spatial.apportion import NOWHERE, area_shares, coded, joined, named_lookup, overlaps
from placedata.spatial.locate import points_in_areas

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from placedata.observations import Raster

    Floats = NDArray[np.float64]

#: Areas -> the mass in each, float64, shape (areas,).
MassOf = Callable[[Boundaries], "NDArray[np.float64]"]

NO_MASS = "areas by area overlap, nothing of the layer in them"


def lookup_by_mass(source: Boundaries, target: Boundaries, mass_of: MassOf) -> Lookup:
    """Return the lookup by the mass that source and target areas have in common.

    Parameters
    ----------
    source, target
        The two geographies, EPSG:27700.
    mass_of
        Tells the mass in areas: `raster_mass`, `point_mass` or `area_mass`.

    Notes
    -----
    A source area without any mass falls back to area overlap, and is counted and named. Mass of a
    source outside every target stays unallocated.
    """
    mine, theirs, pieces = overlaps(source, target)
    whole = mass_of(source)
    parts = mass_of(_boundaries(source.geography, pieces))
    # Pieces are cut anew, so they may hold a rounding error more than their area did.
    whole = np.maximum(whole, np.bincount(mine, parts, minlength=len(source.codes)))
    kept = (parts > 0) & (whole[mine] > 0)
    weights = coded(mine[kept], theirs[kept], parts[kept] / whole[mine[kept]], source, target)
    bare = np.flatnonzero(whole <= 0)
    fallback, facts = area_shares(source, target, bare)
    held = set(weights["from_code"]) | set(fallback["from_code"])
    nowhere = tuple(code for code in source.codes if code not in held)
    return named_lookup(
        joined(weights, fallback),
        (source, target),
        "dasymetric",
        {},
        {NO_MASS: tuple(source.codes[row] for row in bare), **facts, NOWHERE: nowhere},
    )


def raster_mass(raster: Raster, classes: Mapping[float, float] | None = None) -> MassOf:
    """Return the mass by a raster: the sum of cells, each by the share of it in the area.

    Parameters
    ----------
    raster
        Cells of mass (share of ground built on, people), not negative; no data is no mass.
    classes
        For land cover: class -> mass of a cell of it; other classes have none.

    Raises
    ------
    DataError
        A cell is negative.
    """
    from dataclasses import replace

    from placedata.errors import DataError
    from placedata.spatial.zonal import zonal

    values = np.asarray(raster.values, dtype=float)
    if classes is not None:
        given = values
        values = np.zeros(given.shape)
        for one, mass in classes.items():
            values[given == one] = mass
    if np.nanmin(values, initial=0.0) < 0:
        raise DataError(f"a raster of mass has a negative cell: {np.nanmin(values):g}")
    filled = replace(raster, values=np.nan_to_num(values, nan=0.0))

    def mass_of(areas: Boundaries) -> Floats:
        sums = zonal(filled, areas, "sum").table["value"]
        return np.maximum(np.nan_to_num(sums.to_numpy(float)), 0.0)

    return mass_of


def point_mass(x: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> MassOf:
    """Return the mass by points: how many there are in the area, or the sum of their weights."""
    from placedata.spatial.locate import checked_points
    from placedata.spatial.weighted import checked_weights

    xs, ys = checked_points(x, y)
    mass = checked_weights(weight, len(xs))

    def mass_of(areas: Boundaries) -> Floats:
        found = points_in_areas(xs, ys, areas).positions
        return np.bincount(found[found >= 0], mass[found >= 0], minlength=len(areas.codes)).astype(
            float
        )

    return mass_of


def area_mass(fine: Boundaries, counts: pd.Series) -> MassOf:
    """Return the mass by smaller areas with counts (households by output area), spread evenly.

    Parameters
    ----------
    fine
        The smaller areas.
    counts
        Area code -> count; a missing one is no mass.
    """
    amounts = counts.reindex(fine.codes).fillna(0.0).to_numpy(float)

    def mass_of(areas: Boundaries) -> Floats:
        shares, _ = area_shares(fine, areas, np.arange(len(fine.codes)))
        moved = shares["from_code"].map(dict(zip(fine.codes, amounts, strict=True)))
        sums = (moved * shares["weight"]).groupby(shares["to_code"]).sum()
        return sums.reindex(areas.codes).fillna(0.0).to_numpy(float)

    return mass_of


def _boundaries(geography: str, pieces: NDArray[np.object_]) -> Boundaries:
    """Return pieces of areas as areas of their own, numbered."""
    import geopandas as gpd

    from placedata.geography import CRS

    codes = [f"{number:07d}" for number in range(len(pieces))]
    frame = gpd.GeoDataFrame({"area_code": codes, "area_name": codes}, geometry=pieces, crs=CRS)
    return Boundaries(geography, frame)
