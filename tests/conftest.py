"""What all tests share: toytown, where every number can be done in the head, and the real files."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from placedata.geography import CRS, Boundaries

if TYPE_CHECKING:
    from placedata import Place

ROOT = Path(__file__).parents[1]
REAL_PLACES = ROOT / "tests" / "real" / "places"

# The same examples every time in continuous integration; no time limit for one example anywhere,
# since two busy cores say nothing about the code.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("person", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "person")

#: What takes longest begins first, so that no worker ends alone with it.
LONGEST = (
    "tests/real/test_places.py",
    "tests/real/test_london.py",
    "tests/layers/test_trace.py",
    "tests/browser/test_map_view.py",
    "tests/browser/test_pages.py",
    "tests/browser/",
    "tests/real/",
    "tests/test_docs.py",
    "tests/index/test_goldens.py",
    "tests/sample/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of `LONGEST` first; the order within a file stays."""

    def place(item: pytest.Item) -> int:
        named = [at for at, start in enumerate(LONGEST) if item.nodeid.startswith(start)]
        return named[0] if named else len(LONGEST)

    items.sort(key=place)


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


def syllables(word: str) -> int:
    """Return about how many syllables an English word has."""
    word = re.sub(r"(?:[^laeiouy]es|[^laeiouydt]ed|[^laeiouy]e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


@pytest.fixture(scope="session")
def reading_age() -> Callable[[str], float]:
    """Text -> age by Flesch and Kincaid's grade (1975) and five, about the British reading age.

    A number counts as a word of one syllable.
    """

    def age(text: str) -> float:
        sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
        words = re.findall(r"[A-Za-z’']+|[\d.,]+\d|\d", text)
        count = sum(1 if word[0].isdigit() else syllables(word) for word in words)
        return 0.39 * len(words) / sentences + 11.8 * count / len(words) - 15.59 + 5

    return age


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


@pytest.fixture(scope="session")
def made_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Callable[[Path], Any]], Path]:
    """Makes a folder once in a run, in the process that asks first; others wait, then read it.

    A name and what fills a new folder -> the folder, which nobody may change.
    """
    base = tmp_path_factory.getbasetemp()
    # of workers, the folder of the run holds one for each
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], Any]) -> Path:
        folder, whole = shared / f"once-{name}", shared / f"once-{name}.whole"
        # a lock of this kind goes with the process that holds it, on every system
        with closing(sqlite3.connect(f"{folder}.lock", timeout=900)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                whole.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def built_once(made_once: Any) -> Callable[..., Place]:
    """Opens a place folder with a store that is built once in a run, to be read only."""

    def build(folder: Path, **data_roots: Path) -> Place:
        from placedata import Place

        def fill(store: Path) -> None:
            Place.open(folder, data_roots=data_roots, store=store).build()

        return Place.open(folder, data_roots=data_roots, store=made_once(folder.name, fill))

    return build


@pytest.fixture(scope="session")
def sample_place(built_once: Any, repository: Path) -> Place:
    """The sample place, built once for all tests that only read it."""
    return built_once(repository)


@pytest.fixture(scope="session")
def home_place(built_once: Any, real_data: Path) -> Place:
    """Barking and Dagenham with all its layers, built once for all tests that only read it."""
    return built_once(REAL_PLACES / "barking_and_dagenham", real=real_data)


@pytest.fixture(scope="session")
def london_place(built_once: Any, real_data: Path) -> Place:
    """Greater London, 704 wards and 33 boroughs, built once for all tests that only read it."""
    return built_once(REAL_PLACES / "greater_london", real=real_data)


@pytest.fixture(scope="session")
def toyborough() -> ModuleType:
    """The module that writes toyborough and knows its figures."""
    path = ROOT / "tests" / "dashboard" / "toyborough.py"
    spec = importlib.util.spec_from_file_location("toyborough", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def built_toyborough(made_once: Any, toyborough: ModuleType) -> Callable[..., Place]:
    """Opens toyborough, or with more in its place file, built once in a run, to be read only."""

    def build(name: str = "toyborough", more: str = "") -> Place:
        from placedata import Place

        def fill(folder: Path) -> None:
            Place.open(toyborough.write_place(folder / name, more)).build()

        return Place.open(made_once(f"{name}-built", fill) / name)

    return build


class ToyPlace:
    """A place folder of toytown: two small areas over four wards, six postcodes, few figures.

    The south small area (E01990001) is wards 1 and 2, with three postcodes in ward 1 and one in
    ward 2; the north one (E01990002) is wards 3 and 4 with one postcode in each. So 400 people of
    the south are 300 and 100, and 200 of the north are 100 and 100.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        """Write a file of the place."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def layer(self, name: str, text: str) -> Path:
        """Write a layer file, with publisher and licence added."""
        return self.write(f"layers/{name}.yaml", text + "publisher: Toytown\nlicence: CC0-1.0\n")

    def open(self):
        """Open the place."""
        from placedata import Place

        return Place.open(self.folder)


TOY_PLACE = """\
name: Toytown
fictional: true
geography: wd25
boundaries:
  wd25: data/wards.gpkg
  lsoa21: data/small_areas.gpkg
postcodes: {file: data/postcodes.csv}
lookups:
  - {from: lsoa21, to: wd25, by: postcodes}
publisher: Toytown council
"""
TOY_POSTCODES = [
    ("AM1 1AA", 540_100, 180_100), ("AM1 1AB", 540_200, 180_200), ("AM1 1AC", 540_300, 180_300),
    ("AM1 2AA", 541_500, 180_500), ("AM1 3AA", 540_500, 181_500), ("AM1 4AA", 541_500, 181_500),
]  # fmt: skip
TOY_POPULATION = """\
title: People
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: people
period: 2021
"""
TOY_ILL_LAYER = """\
title: Ill
unit: people
polarity: lower_is_better
statistic: sum
source: {loader: table, file: data/few.csv}
value: ill
period: 2021
"""
TOY_ILL = "WD25CD,ill\nE05990001,4\nE05990002,0\nE05990003,12\nE05990004,30\n"
TOY_TABLE = "lsoa21_code,people,cases,score,rank\nE01990001,400,40,10,2\nE01990002,200,10,30,1\n"


@pytest.fixture
def toy_place(tmp_path: Path, toytown: Boundaries) -> ToyPlace:
    """A place folder of toytown with the layer ``people``; tests add what they are about."""
    return write_toy_place(tmp_path / "toytown", toytown)


@pytest.fixture
def ill_place(toy_place: ToyPlace) -> ToyPlace:
    """Toytown with the layer ``ill``: 4, 0, 12 and 30 people, of which 4 and 12 are hidden.

    4 is below 5; 12 goes too, since the total of the place would give the 4 away.
    """
    toy_place.write("data/few.csv", TOY_ILL)
    toy_place.layer("ill", TOY_ILL_LAYER)
    return toy_place


@pytest.fixture(scope="session")
def new_toy_place(toytown: Boundaries) -> Callable[[Path], ToyPlace]:
    """Writes a place folder of toytown, for fixtures that build one for many tests."""
    return lambda folder: write_toy_place(folder, toytown)


def write_toy_place(folder: Path, toytown: Boundaries) -> ToyPlace:
    import geopandas as gpd
    from shapely.geometry import box

    place = ToyPlace(folder)
    place.write("place.yaml", TOY_PLACE)
    frame = toytown.frame.rename(columns={"area_code": "WD25CD", "area_name": "WD25NM"})
    frame.to_file(place.write("data/wards.gpkg", ""), driver="GPKG")
    halves = [box(540_000, y, 542_000, y + 1000) for y in (180_000, 181_000)]
    codes = {"LSOA21CD": ["E01990001", "E01990002"], "LSOA21NM": ["South", "North"]}
    small = gpd.GeoDataFrame(codes, geometry=halves, crs=CRS)
    small.to_file(place.write("data/small_areas.gpkg", ""), driver="GPKG")
    rows = [f'"{p}",10,{x},{y},"E92000001","","","","",""' for p, x, y in TOY_POSTCODES]
    place.write("data/postcodes.csv", "\n".join(rows) + "\n")
    place.write("data/small_areas.csv", TOY_TABLE)
    place.layer("people", TOY_POPULATION)
    return place
