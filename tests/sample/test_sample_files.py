from __future__ import annotations

import ast
import csv
import gzip
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
HAND_WRITTEN = {"README.md", "LICENCE.md"}
MOST_BYTES = 6_000_000


def text_of(path, encoding="utf-8-sig"):
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode(encoding)


def rows(path, encoding="utf-8-sig"):
    return list(csv.DictReader(text_of(path, encoding).splitlines()))


def on_the_grid(path):
    """Code -> polygon in EPSG:27700, read with json and shapely alone."""
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    shapes = {}
    for feature in json.loads(text_of(path))["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        code = next(v for k, v in feature["properties"].items() if re.fullmatch(r"[A-Z]+\d\dCD", k))
        shapes[code] = shapely.transform(
            shape, lambda xy: np.column_stack(to_grid.transform(xy[:, 0], xy[:, 1]))
        )
    return shapes


def postcode_points(data):
    with (data / "addresses/codepoint_open_2025-11.csv").open(newline="") as file:
        return [row for row in csv.reader(file) if row[1] != "90"]


def tokens(text):
    return NUMBER.split(text), [float(number) for number in NUMBER.findall(text)]


def test_the_committed_files_are_those_that_the_seed_makes(made, committed):
    _, summary = made
    there = {
        path.relative_to(committed.parent).as_posix()
        for path in committed.rglob("*")
        if path.is_file() and path.name not in HAND_WRITTEN
    }
    assert there == set(summary.files)


def test_every_value_is_made_again_by_the_same_seed(made, committed):
    directory, summary = made
    for name in summary.files:
        again, before = directory / name, committed.parent / name
        if again.suffix in {".tif", ".xlsx"}:
            continue
        text, old_text = text_of(again, "latin-1"), text_of(before, "latin-1")
        if text == old_text:
            continue
        words, numbers = tokens(text)
        old_words, old_numbers = tokens(old_text)
        assert words == old_words, name
        np.testing.assert_allclose(numbers, old_numbers, rtol=1e-9, atol=2e-6, err_msg=name)


def test_the_raster_and_the_workbook_are_made_again_by_value(made, committed):
    import openpyxl
    import rasterio

    directory, _ = made

    def content(data):
        with rasterio.open(data / "raster/greenness_2024.tif") as file:
            assert (file.crs.to_epsg(), file.nodata) == (27700, 255)
            cells = file.read(1)
        book = openpyxl.load_workbook(data / "indicators/elections_2018-2022.xlsx")
        table = [[cell.value for cell in line] for line in book["Turnout"].iter_rows()]
        book.close()
        return cells, table

    again, before = content(directory / "data"), content(committed)
    np.testing.assert_array_equal(again[0], before[0])
    assert again[1] == before[1]


def test_the_folder_that_is_made_is_a_place_with_all_its_layers(made, root):
    from placedata.catalog import read_catalog

    directory, _ = made
    catalog = read_catalog(directory)
    assert catalog.place.fictional
    assert set(catalog.layers) == {path.stem for path in (root / "layers").glob("*.yaml")}


def test_making_it_again_keeps_layer_files_that_were_changed(tmp_path):
    from placedata.sample.definition import write_definition

    (tmp_path / "place.yaml").write_text("name: mine\n")
    assert write_definition(tmp_path) > 40
    assert (tmp_path / "place.yaml").read_text() == "name: mine\n"
    assert write_definition(tmp_path) == 0


def test_another_seed_makes_another_borough_that_is_as_sound():
    from placedata.sample.town import make_town

    town = make_town(7)
    assert shapely.coverage_is_valid(town.ground.blocks)
    assert shapely.union_all(town.ground.blocks).geom_type == "Polygon"
    assert len(set(town.areas.ward.tolist())) == 18
    assert (town.total("ward", town.persons) > 0).all()


def test_all_codes_are_fictional(committed):
    allowed = re.compile(
        r"E0599\d{4}|E0199\d{4}|E0299\d{4}|E0099\d{4}|E09990\d{3}|E92000001|E14999001|E1[89]000099"
        r"|E99999999"  # the pseudo code for "no county"
    )
    found = set()
    for path in committed.rglob("*"):
        if path.suffix in {".csv", ".geojson", ".json", ".gz"}:
            found |= set(re.findall(r"\b[EWSN]\d{8}\b", text_of(path, "latin-1")))
    assert found
    assert [code for code in sorted(found) if not allowed.fullmatch(code)] == []


def test_postcodes_are_of_an_area_that_does_not_exist(committed):
    codes = [row[0] for row in postcode_points(committed)]
    assert len(codes) == len(set(codes)) > 1500
    assert all(re.fullmatch(r"AM[1-9] [1-9][A-Z]{2}", code) for code in codes)


def test_every_postcode_lies_in_the_ward_that_its_row_names(committed):
    wards = on_the_grid(committed / "boundaries/wards_2025.geojson")
    points = postcode_points(committed)
    for code, shape in wards.items():
        mine = np.array([[float(r[2]), float(r[3])] for r in points if r[9] == code])
        assert len(mine) > 0, code
        assert shapely.contains_xy(shape, mine[:, 0], mine[:, 1]).all(), code


def test_the_place_lies_in_the_sea_where_no_real_place_is(committed):
    (whole,) = on_the_grid(committed / "boundaries/lad_2025.geojson").values()
    left, low, right, high = whole.bounds
    assert 566_000 < left < right < 574_000
    assert 346_000 < low < high < 355_000
    assert 20e6 < whole.area < 40e6


@pytest.mark.parametrize(
    "name",
    ["wards_2025", "wards_2019", "lsoa_2021", "lsoa_2011", "oa_2021"],
)
def test_areas_cover_the_borough_without_gap_or_overlap(committed, name):
    (path,) = (committed / "boundaries").glob(f"{name}.geojson*")
    shapes = list(on_the_grid(path).values())
    (whole,) = on_the_grid(committed / "boundaries/lad_2025.geojson").values()
    assert all(shape.is_valid and shape.geom_type == "Polygon" for shape in shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, abs=0.01)
    assert shapely.union_all(shapes).symmetric_difference(whole).area < 0.01
    assert shapely.coverage_is_valid(shapes)


def test_no_two_wards_share_more_than_an_edge(committed):
    wards = list(on_the_grid(committed / "boundaries/wards_2025.geojson").values())
    for one, other in itertools.combinations(wards, 2):
        assert one.intersection(other).area < 1e-6


def test_many_small_areas_are_split_between_wards(committed):
    wards = on_the_grid(committed / "boundaries/wards_2025.geojson").values()
    small = on_the_grid(committed / "boundaries/lsoa_2021.geojson").values()
    greatest = [max(s.intersection(w).area for w in wards) / s.area for s in small]
    assert len(greatest) == 130
    assert sum(share < 0.99 for share in greatest) >= 40


def test_no_raster_cell_centre_falls_in_the_strip_ward(committed, truth):
    strip = on_the_grid(committed / "boundaries/wards_2025.geojson")[truth["strip_ward"]]
    assert 10_000 < strip.area < 30_000
    left, low, right, high = (int(v) for v in strip.bounds)
    for cell in (50, 100, 1000):
        x = np.arange(left // cell * cell, right + cell, cell) + cell / 2
        y = np.arange(low // cell * cell, high + cell, cell) + cell / 2
        across, down = np.meshgrid(x, y)
        assert not shapely.contains_xy(strip, across, down).any(), cell


def test_everyone_lives_in_one_home_in_one_ward(committed, truth):
    assert truth["homes_outside_every_ward"] == 0
    assert sum(truth["population_by_home"].values()) == truth["people"]
    census = rows(committed / "population/census2021_lsoa21_age6.csv")
    assert sum(int(row["usual_residents"]) for row in census) == truth["people"]


def test_the_planted_ward_is_the_neediest_by_far(truth):
    first, second = sorted(truth["neediness"].values(), reverse=True)[:2]
    assert truth["neediness"][truth["neediest_ward"]] == first
    assert first > second + 0.5


def test_the_lookup_between_editions_has_every_kind_of_change(committed):
    table = rows(committed / "lookups/lsoa11_lsoa21.csv")
    kinds = {row["change_code"] for row in table}
    assert kinds == {"U", "S", "M", "X"}
    assert len({row["lsoa11_code"] for row in table}) == 127
    assert len({row["lsoa21_code"] for row in table}) == 130
    same = [row for row in table if row["change_code"] == "U"]
    assert all(row["lsoa11_code"] == row["lsoa21_code"] for row in same)
    old = on_the_grid(committed / "boundaries/lsoa_2011.geojson")
    new = on_the_grid(committed / "boundaries/lsoa_2021.geojson")
    for row in table:
        one, other = old[row["lsoa11_code"]], new[row["lsoa21_code"]]
        shared = one.intersection(other).area
        assert shared > 1
        if row["change_code"] == "U":
            assert shared == pytest.approx(one.area) == pytest.approx(other.area)
        if row["change_code"] == "S":
            assert shared == pytest.approx(other.area)
        if row["change_code"] == "M":
            assert shared == pytest.approx(one.area)


def test_deprivation_files_have_the_quirks_of_the_published_ones(committed):
    folder = committed / "deprivation"
    file_1 = (folder / "iod2019_file1_imd.csv").read_bytes()
    assert file_1.startswith(b"\xef\xbb\xbfLSOA code (2011),")
    assert b"\r\n" in file_1
    assert re.search(rb',"\d{1,2},\d{3}",', file_1)
    name = "iod2025_file7_all_ranks_scores_deciles_populations.csv"
    header = (folder / name).read_text(encoding="utf-8-sig").splitlines()[0]
    assert "10% of LSO," in header or "10% of LSOA," in header
    table = rows(folder / name)
    ranks = [int(row["Income Rank (where 1 is most deprived)"]) for row in table]
    scores = [float(row["Income Score (rate)"]) for row in table]
    assert np.corrcoef(ranks, scores)[0, 1] < -0.8
    assert len(ranks) == len(set(ranks)) == 130


def test_the_ward_profile_has_marks_for_missing_cells_and_is_not_utf_8(committed):
    raw = (committed / "indicators/ward_profiles_2025.csv").read_bytes()
    assert raw.splitlines()[3].startswith(b"Ward name,Old code,New code")
    assert all(mark in raw for mark in (b"n/a", b"[c]", b"[x]", b"*", b"\xa3", b"%"))
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_air_hours_lack_the_last_day_and_have_gaps_negatives_and_doubles(committed):
    days, empty, negative, doubles = set(), 0, 0, 0
    for path in sorted((committed / "air").glob("AM*.csv")):
        table = rows(path)
        days |= {row["@MeasurementDateGMT"][:10] for row in table}
        empty += sum(row["@Value"] == "" for row in table)
        negative += sum(row["@Value"].startswith("-") for row in table)
        keys = [(row["@SpeciesCode"], row["@MeasurementDateGMT"]) for row in table]
        doubles += len(keys) - len(set(keys))
    assert "2024-01-30" in days
    assert not {"2024-01-31", "2024-07-31"} & days
    assert empty > 100
    assert negative > 5
    assert doubles == 14


def test_the_data_are_small_enough_to_commit(committed):
    sizes = [path.stat().st_size for path in committed.rglob("*") if path.is_file()]
    assert sum(sizes) < MOST_BYTES
    assert max(sizes) < 1_100_000


def test_the_known_answers_come_from_code_that_imports_nothing_of_the_program():
    from placedata import sample

    folder = Path(sample.__path__[0])
    for name in ("truth.py", "truth_records.py", "truth_streets.py"):
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        names = {
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert names
        assert not [item for item in names if item.split(".")[0] == "placedata"], name
