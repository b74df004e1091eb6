"""Toyborough: six square wards, nine layers, every figure written here; names as an attacker would.

Not a test module: `tests/dashboard` and `tests/browser` both build this place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

HOSTILE = "<img src=x onerror=window.XSS=1>"
LONG = "St Osyth's Priory & Upper Fenwick Waterside with the Old Railway Works (South of the Canal)"
NAMES = {
    "E05990001": "Abbey",
    "E05990002": "Bridge End",
    "E05990003": HOSTILE,
    "E05990004": "=HYPERLINK(1)",
    "E05990005": LONG,
    "E05990006": "Dene & Heath",
}
#: Layer -> period -> value of each ward, in the order of `NAMES`; None is missing.
FIGURES: dict[str, dict[str, list[float | None]]] = {
    "no2": {
        "2021": [31.5, 22.0, 40.0, 28.0, 19.5, 35.0],
        "2022": [30.5, 21.0, 38.0, 27.0, 18.5, 33.0],
        "2023": [29.5, 20.0, 36.0, 26.0, 17.5, 31.0],
    },
    "green": {"2023": [40.0, 70.0, None, 55.0, 80.0, 30.0]},
    "life": {"2022": [62.0, 66.0, 58.0, 63.0, 68.0, 60.0]},
    "crime": {"2023": [88.0, 41.0, 120.0, 75.0, 30.0, 101.0]},
    "crowding": {"2021": [9.0, 3.0, 14.0, 6.0, 2.0, 11.0]},
    "turnout": {"2022": [31.0, 40.0, 25.0, 33.0, 44.0, 29.0]},
    "degree": {"2021": [30.0, 41.0, 20.0, 30.0, 52.0, 24.0]},
    "carers": {"2021": [40, 3, 25, 2, 60, 31]},
    "homes": {"2021": [5200, 4100, 6300, 4800, 3900, 5500]},
}
_LAYERS = {
    "no2": ("Nitrogen dioxide", "µg/m³", "lower_is_better", "environmental_quality"),
    "green": ("Green space", "%", "higher_is_better", "environmental_quality"),
    "life": ("Healthy life expectancy", "years", "higher_is_better", "health_and_wellness"),
    "crime": ("Recorded crime", "per 1,000 people", "lower_is_better", "personal_safety"),
    "crowding": ("Overcrowded homes", "%", "lower_is_better", "shelter"),
    "turnout": ("Turnout", "%", "higher_is_better", "personal_rights"),
    "degree": ("Degrees", "%", "higher_is_better", "access_to_advanced_education"),
    "carers": ("Young carers", "people", "neutral", None),
    "homes": (f"Homes {HOSTILE}", "homes", "neutral", None),
}
_EXTRA = {
    "no2": "goalposts: {best: 5, worst: 60}\ncaveats: [Few sensors outside the centre.]\n",
    "carers": "statistic: sum\ndisclosure: {counts: people}\n",
    "crowding": "bands: {edges: [5, 10], publisher: Office of Homes}\n",
    "crime": "error: {sensors: 10 %}\n",
    "homes": f"statistic: sum\nurl: 'javascript:alert(1)'\ndescription: '{HOSTILE}'\n",
}
#: Wards of 2 km, three in a row, two rows; Abbey in the south-west.
CORNERS = {
    code: (540_000 + 2000 * (at % 3), 180_000 + 2000 * (at // 3)) for at, code in enumerate(NAMES)
}
POSTCODES = {
    f"TB1 {at}AA": (x + 1000, y + 1000) for at, (x, y) in enumerate(CORNERS.values(), start=1)
}
#: Two boroughs: three columns of wards cut after the first, west and the rest.
BOROUGHS = {"E09990001": "West Toy", "E09990002": "East Toy"}
IN_WEST = ("E05990001", "E05990004")
LEVELS = "larger: [lad25]\n"
_PLACE = """\
name: Toyborough
fictional: true
geography: wd25
boundaries: {wd25: data/wards.gpkg, lad25: data/boroughs.gpkg}
postcodes: {file: data/postcodes.csv}
publisher: Toyborough Council
comparator: {name: Everywhere}
attribution: ['Contains made-up figures.']
contact: figures@toyborough.example
"""


def write_place(folder: Path, more: str = "") -> Path:
    """Write the place folder and return it; with `LEVELS` for more, it has boroughs too."""
    import geopandas as gpd
    from shapely.geometry import box

    (folder / "data").mkdir(parents=True)
    (folder / "layers").mkdir()
    squares = [box(x, y, x + 2000, y + 2000) for x, y in CORNERS.values()]
    frame: dict[str, Any] = {"WD25CD": list(NAMES), "WD25NM": list(NAMES.values())}
    wards = gpd.GeoDataFrame(frame, geometry=squares, crs="EPSG:27700")
    wards.to_file(folder / "data/wards.gpkg", driver="GPKG")
    parts = [box(540_000, 180_000, 542_000, 184_000), box(542_000, 180_000, 546_000, 184_000)]
    held = {"LAD25CD": list(BOROUGHS), "LAD25NM": list(BOROUGHS.values())}
    boroughs = gpd.GeoDataFrame(held, geometry=parts, crs="EPSG:27700")
    boroughs.to_file(folder / "data/boroughs.gpkg", driver="GPKG")
    rows = [f'"{name}",10,{x},{y},"E92000001","","","","",""' for name, (x, y) in POSTCODES.items()]
    (folder / "data/postcodes.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "place.yaml").write_text(_PLACE + more, "utf-8")
    for layer in FIGURES:
        write_layer(folder, layer)
    return folder


def write_layer(folder: Path, layer: str, *, add: float = 0.0) -> None:
    """Write a layer's file and table; with `add`, every figure is that much higher."""
    title, unit, polarity, component = _LAYERS[layer]
    belongs = f"component: {component}\n" if component else "theme: People and homes\n"
    text = (
        f"title: '{title}'\nunit: '{unit}'\npolarity: {polarity}\n{belongs}{_EXTRA.get(layer, '')}"
        f"source: {{loader: table, file: data/{layer}.csv, geography: wd25}}\n"
        "value: value\nperiod: {from: year}\npublisher: '+Office of Figures'\nlicence: OGL-UK-3.0\n"
    )
    lines = ["ward_code,year,value"]
    for period, values in FIGURES[layer].items():
        for code, value in zip(NAMES, values, strict=True):
            if value is not None:
                lines.append(f"{code},{period},{value + add}")
    (folder / f"layers/{layer}.yaml").write_text(text, "utf-8")
    (folder / f"data/{layer}.csv").write_text("\n".join(lines) + "\n", "utf-8")
