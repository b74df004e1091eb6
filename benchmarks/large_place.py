"""A made-up country of thousands of wards, to see that a place of that size stays quick.

Wards are cells whose corners are moved and whose borders wind; neighbours share every point of a
border. Codes are fictional. The same number of wards gives the same country.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Width of a ward in metres, and the points of each of its four borders.
CELL, POINTS = 3_900, 25
ORIGIN = (140_000, 40_000)
PLACE = """\
name: Largeland
fictional: true
geography: wd25
boundaries: {wd25: data/wards.gpkg}
publisher: Office of Largeland (fictional)
attribution: [Fictional figures of a benchmark.]
"""
LAYERS = {
    "no2": ("Nitrogen dioxide", "µg/m³", "lower_is_better", "environmental_quality", 30, 8),
    "green": ("Green space", "%", "higher_is_better", "environmental_quality", 45, 12),
    "life": ("Healthy life expectancy", "years", "higher_is_better", "health_and_wellness", 63, 3),
    "crime": ("Recorded crime", "per 1,000 people", "lower_is_better", "personal_safety", 80, 20),
    "crowding": ("Overcrowded homes", "%", "lower_is_better", "shelter", 8, 3),
    "turnout": ("Turnout", "%", "higher_is_better", "personal_rights", 36, 6),
    "degree": ("Degrees", "%", "higher_is_better", "access_to_advanced_education", 33, 9),
}


def codes(areas: int) -> list[str]:
    """Return fictional ward codes."""
    return [f"E0599{at:04d}" for at in range(1, areas + 1)]


def outlines(areas: int, seed: int = 8400) -> NDArray[Any]:
    """Return polygons (EPSG:27700), row by row from the south-west, about 100 points each."""
    import shapely

    columns = max(1, round((areas * 0.84) ** 0.5))
    rows = -(-areas // columns)
    chance = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    corners = grid * CELL + chance.uniform(-0.22, 0.22, grid.shape) * CELL + ORIGIN
    across = _winding(corners[:, :-1], corners[:, 1:], chance)
    up = _winding(corners[:-1, :], corners[1:, :], chance)
    found = []
    for at in range(areas):
        row, column = divmod(at, columns)
        ring = [across[row, column], up[row, column + 1], across[row + 1, column][::-1],
                up[row, column][::-1]]  # fmt: skip
        found.append(shapely.Polygon(np.concatenate([side[:-1] for side in ring])))
    return np.array(found)


def _winding(
    start: NDArray[np.float64], end: NDArray[np.float64], chance: np.random.Generator
) -> NDArray[np.float64]:
    """Return lines from starts to ends that leave the straight way by up to a tenth of a cell."""
    share = np.linspace(0, 1, POINTS)[:, None]
    straight = start[..., None, :] + share * (end - start)[..., None, :]
    aside = ((end - start) @ np.array([[0.0, 1.0], [-1.0, 0.0]]))[..., None, :]
    waves = chance.uniform(-1, 1, (*start.shape[:2], POINTS, 1)) * 0.03
    bend = chance.uniform(-1, 1, (*start.shape[:2], 1, 1)) * 0.08
    hold = np.minimum(1, 3 * np.minimum(share, 1 - share))  # the ends stay where they are
    return np.asarray(straight + aside * hold * (waves + bend))


def write_place(folder: Path, areas: int = 8_400) -> Path:
    """Write the place folder of a country of so many wards; return it."""
    import geopandas as gpd

    (folder / "data").mkdir(parents=True)
    (folder / "layers").mkdir()
    named = codes(areas)
    frame = gpd.GeoDataFrame(
        {"WD25CD": named, "WD25NM": [f"Ward {code[-4:]}" for code in named]},
        geometry=outlines(areas), crs="EPSG:27700",
    )  # fmt: skip
    frame.to_file(folder / "data/wards.gpkg", driver="GPKG")
    (folder / "place.yaml").write_text(PLACE, "utf-8")
    chance = np.random.default_rng(areas)
    for name, (title, unit, polarity, component, middle, wide) in LAYERS.items():
        text = (
            f"title: {title}\nunit: '{unit}'\npolarity: {polarity}\ncomponent: {component}\n"
            f"source: {{loader: table, file: data/{name}.csv, geography: wd25}}\n"
            "value: value\nperiod: {from: year}\npublisher: Office of Figures\n"
            "licence: OGL-UK-3.0\n"
        )
        (folder / f"layers/{name}.yaml").write_text(text, "utf-8")
        lines = ["ward_code,year,value"]
        for year in (2022, 2023):
            values = np.clip(chance.normal(middle, wide, areas), 0.1, None)
            lines += [f"{code},{year},{v:.2f}" for code, v in zip(named, values, strict=True)]
        (folder / f"data/{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--areas", type=int, default=8_400)
    given = parser.parse_args()
    print(write_place(given.folder, given.areas))


if __name__ == "__main__":
    main()
