"""Sharing counts out by area, beside tobler, in one process on the same generated outlines."""

from __future__ import annotations

import argparse
import statistics
import warnings

import geopandas as gpd
import numpy as np
from measuring import seconds_of, spread, table
from shapely import MultiPoint, box, get_parts, voronoi_polygons
from tobler.area_weighted import area_interpolate
from tobler.area_weighted.area_interpolate import _area_tables_binning

from placedata.geography import CRS, Boundaries
from placedata.spatial.apportion import lookup_by_area

SIDE = 40_000.0


def areas(geography: str, prefix: str, count: int, chance: np.random.Generator) -> Boundaries:
    """Return `count` areas that cover a square of 40 km: Voronoi cells of random points."""
    square = box(0, 0, SIDE, SIDE)
    points = MultiPoint(chance.uniform(0, SIDE, (count, 2)))
    cells = [cell.intersection(square) for cell in get_parts(voronoi_polygons(points, 0, square))]
    codes = [f"{prefix}{number:06d}" for number in range(len(cells))]
    frame = gpd.GeoDataFrame({"area_code": codes, "area_name": codes}, geometry=cells, crs=CRS)
    return Boundaries(geography, frame)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=5_000)
    parser.add_argument("--targets", type=int, default=700)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    chance = np.random.default_rng(1)
    small = areas("lsoa21", "E01", given.sources, chance)
    large = areas("wd25", "E05", given.targets, chance)
    people = chance.integers(100, 3_000, len(small.codes)).astype(float)
    frame = small.frame.assign(people=people)
    counts = frame.set_index("area_code")["people"]

    def ours_whole() -> object:
        return lookup_by_area(small, large).apply(counts).values

    def theirs_whole() -> object:
        return area_interpolate(frame, large.frame, extensive_variables=["people"])

    lookup = lookup_by_area(small, large)
    weights = _area_tables_binning(frame, large.frame, "auto")

    def ours_again() -> object:
        return lookup.apply(counts).values

    def theirs_again() -> object:
        return area_interpolate(
            frame, large.frame, extensive_variables=["people"], table=weights.copy()
        )

    same = np.abs(
        ours_whole().reindex(large.codes).to_numpy() - theirs_whole()["people"].to_numpy()
    ).max()
    works = {
        "outlines to figures": (ours_whole, theirs_whole),
        "weights kept, figures again": (ours_again, theirs_again),
    }
    rows = []
    for name, (ours, theirs) in works.items():
        pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(given.runs)]
        mine, other = zip(*pairs, strict=True)
        ratio = statistics.median(b / a for a, b in pairs)
        rows.append([name, spread(mine, "ms", 1000), spread(other, "ms", 1000), f"{ratio:.1f}"])
    print(f"{len(small.codes):,} areas to {len(large.codes):,}; {people.sum():,.0f} people; "
          f"greatest difference of an area {same:.1e} people\n")  # fmt: skip
    print(table(["Work", "placedata", "tobler", "tobler ÷ placedata"], rows))


if __name__ == "__main__":
    main()
