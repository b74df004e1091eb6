"""Sharing counts out by area, beside tobler, in one process on the same generated outlines."""

from __future__ import annotations

import argparse
import statistics
import warnings
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measuring import seconds_of, spread, table
from shapely import MultiPoint, box, get_parts, voronoi_polygons
from tobler.area_weighted import area_interpolate
from tobler.area_weighted.area_interpolate import _area_tables_binning

from placedata.geography import CRS, Boundaries
from placedata.spatial.apportion import lookup_by_area

SIDE = 40_000.0
#: Metres between the corners of an outline, as in published outlines of full detail.
CORNERS = 40.0


def areas(geography: str, prefix: str, count: int, chance: np.random.Generator) -> Boundaries:
    """Return `count` areas that cover a square of 40 km: Voronoi cells with bent borders.

    Every border gets a corner each 40 m, and all corners are moved by one smooth field, so that
    neighbours still fit.
    """
    square = box(0, 0, SIDE, SIDE)
    points = MultiPoint(chance.uniform(0, SIDE, (count, 2)))
    cells = [cell.intersection(square) for cell in get_parts(voronoi_polygons(points, 0, square))]
    bent = shapely.transform(shapely.segmentize(np.array(cells), CORNERS), _bent)
    codes = [f"{prefix}{number:06d}" for number in range(len(cells))]
    frame = gpd.GeoDataFrame({"area_code": codes, "area_name": codes}, geometry=bent, crs=CRS)
    return Boundaries(geography, frame)


def _bent(corners: np.ndarray) -> np.ndarray:
    x, y = corners.T
    fade = np.sin(np.pi * x / SIDE) * np.sin(np.pi * y / SIDE)  # the square's own edge stays
    return np.column_stack([x + 60 * fade * np.sin(y / 90), y + 60 * fade * np.sin(x / 110)])


def works(
    small: Boundaries, large: Boundaries, figures: pd.DataFrame
) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Return what is timed: ours and theirs."""
    columns = list(figures)
    frame = small.frame.merge(figures, left_on="area_code", right_index=True)
    lookup = lookup_by_area(small, large)
    weights = _area_tables_binning(frame, large.frame, "auto")

    def theirs(names: list[str], *, kept: bool = False) -> Callable[[], object]:
        return lambda: area_interpolate(
            frame, large.frame, extensive_variables=names,
            table=weights.copy() if kept else None,
        )  # fmt: skip

    series = [figures[name] for name in columns]

    def again() -> object:
        return [lookup.apply(counts).values for counts in series]

    def whole() -> object:
        made = lookup_by_area(small, large)
        return [made.apply(figures[name]).values for name in columns]

    one = columns[:1]
    return {
        "outlines to figures, 1 indicator": (
            lambda: lookup_by_area(small, large).apply(figures[one[0]]).values, theirs(one)
        ),
        f"outlines to figures, {len(columns)} indicators": (whole, theirs(columns)),
        f"lookup kept, {len(columns)} indicators; tobler from outlines": (again, theirs(columns)),
        f"lookup kept, {len(columns)} indicators; tobler's table kept too": (
            again, theirs(columns, kept=True)
        ),
    }  # fmt: skip


def greatest_difference(small: Boundaries, large: Boundaries, figures: pd.DataFrame) -> float:
    """Return the greatest difference of an area between the two."""
    name = next(iter(figures))
    frame = small.frame.merge(figures, left_on="area_code", right_index=True)
    mine = lookup_by_area(small, large).apply(figures[name]).values.reindex(large.codes)
    theirs = area_interpolate(frame, large.frame, extensive_variables=[name], allocate_total=False)[
        name
    ]
    return float(np.abs(mine.to_numpy() - theirs.to_numpy()).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=5_000)
    parser.add_argument("--targets", type=int, default=700)
    parser.add_argument("--indicators", type=int, default=20)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    chance = np.random.default_rng(1)
    large = areas("wd25", "E05", given.targets, chance)
    small = areas("lsoa21", "E01", given.sources, chance)
    counts = chance.integers(100, 3_000, (len(small.codes), given.indicators)).astype(float)
    names = [f"indicator_{number}" for number in range(given.indicators)]
    figures = pd.DataFrame(counts, index=small.codes, columns=names)
    rows = []
    for name, (ours, theirs) in works(small, large, figures).items():
        ours()
        pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(given.runs)]
        mine, other = zip(*pairs, strict=True)
        ratio = statistics.median(b / a for a, b in pairs)
        rows.append([name, spread(mine, "ms", 1000), spread(other, "ms", 1000), f"{ratio:.1f}"])
    corners = shapely.get_num_coordinates(small.frame.geometry.array).mean()
    print(f"{len(small.codes):,} areas ({corners:.0f} corners each) to {len(large.codes):,}; "
          f"greatest difference of an area {greatest_difference(small, large, figures):.1e} "
          "people\n")  # fmt: skip
    print(table(["Work", "placedata", "tobler", "tobler ÷ placedata"], rows))


if __name__ == "__main__":
    main()
