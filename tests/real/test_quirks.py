"""Each known quirk of the real files is a named reason that people see, with the right number.

The numbers are counted from the files with the csv module alone, and nothing of placedata. The
layers are those of the real places, as they are; only their number is cut, to build quickly.
"""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from placedata import Place
from placedata.cli.commands import app

pytestmark = pytest.mark.real

PLACES = Path(__file__).parent / "places"
LONDON = ("robbery", "residents_2015", "population_2020", "chargepoints_2017")
HOME = ("library_distance", "gp_practices", "gp_distance", "population")


def some_layers(name, layers, real_data, folder):
    """A real place with only a few of its layers, built."""
    (folder / "layers").mkdir(parents=True)
    text = (PLACES / name / "place.yaml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("peers:", "scorecard:"))]
    (folder / "place.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    for layer in layers:
        shutil.copy(PLACES / name / "layers" / f"{layer}.yaml", folder / "layers")
    place = Place.open(folder, data_roots={"real": real_data})
    place.build()
    return place


@pytest.fixture(scope="module")
def london(real_data, tmp_path_factory):
    return some_layers("greater_london", LONDON, real_data, tmp_path_factory.mktemp("q") / "london")


@pytest.fixture(scope="module")
def home(real_data, tmp_path_factory):
    return some_layers(
        "barking_and_dagenham", HOME, real_data, tmp_path_factory.mktemp("q") / "home"
    )


def rows_of(path, encoding="utf-8-sig"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def seen(place, layer):
    """All that a person reads of a layer: the ledger, a trace, and the page of the layer."""
    from dashboard.app import create_app

    where = ["--place", str(place.directory)]
    area = place.snapshot.areas.index[0]
    told = [
        CliRunner().invoke(app, ["ledger", layer, *where]).output,
        CliRunner().invoke(app, ["trace", layer, area, *where]).output,
    ]
    page = create_app(place).test_client().get(f"/layers/{layer}").get_data(as_text=True)
    told.append(html.unescape(re.sub(r"<[^>]+>", " ", page)))
    return [" ".join(text.split()) for text in told]


def names_of_wards_2014(real_data):
    """Codes in the attribute table (dBASE) of the boundary file, read byte by byte."""
    path = real_data / "london/boundaries/London-wards-2014.zip"
    with zipfile.ZipFile(path) as archive:
        (name,) = [
            item for item in archive.namelist() if item.endswith("London_Ward_CityMerged.dbf")
        ]
        data = archive.read(name)
    return set(re.findall(r"E0[59]\d{6}", data.decode("latin-1")))


def test_54_ward_codes_of_london_join_to_nothing_and_are_named(london, real_data):
    text = (real_data / "london/indicators/ward_profiles_2015.csv").read_text("latin-1")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["New code"].startswith("E05")]
    known = names_of_wards_2014(real_data)
    strangers = {row["New code"]: float(row["Population - 2015"].replace(",", "")) for row in rows
                 if row["New code"] not in known}  # fmt: skip
    assert len(strangers) == 54
    for told in seen(london, "residents_2015"):
        assert "odes that join no wd14 area of the place: 54 (E05000231," in told
    (flow,) = london.snapshot.layer("residents_2015").flows
    assert flow["outside"] == pytest.approx(sum(strangers.values())) == 709_000


def test_6_small_areas_of_the_city_are_missing_from_recorded_crime_and_are_named(london, real_data):
    folder = real_data / "london"
    everyone = rows_of(folder / "population/lsoa11_mid2020.csv")
    crimes = rows_of(folder / "indicators/crime_lsoa11_2011-2021_major-robbery.csv")
    missing = sorted({row["LSOA11CD"] for row in everyone} - {row["LSOA11CD"] for row in crimes})
    assert len(missing) == 6
    listed = f"lsoa11 areas of the place that the source does not have: 6 ({', '.join(missing)})"
    for told in seen(london, "robbery"):
        assert listed[1:] in told
    # and the wards of the City have no figure, which is not a zero
    table = london.snapshot.table("robbery", "2019")
    city = table[table["coverage"] < 0.5]
    assert len(city)
    assert city["value"].isna().all()


def test_chargers_in_madrid_and_australia_are_outside_the_uk(london, real_data):
    path = real_data / "london/assets/national_charge_point_registry_2017.csv"
    abroad, madrid, before = [], [], 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            line, before = before + 1, reader.line_num  # a cell of an earlier row has two lines
            latitude = row["latitude"].strip()
            if row["chargeDeviceStatus"] != "In service" or not latitude:
                continue
            if not 49.8 < float(latitude) < 61:
                abroad.append(line)
            if abs(float(latitude) - 40.416) < 0.01:
                madrid.append(line)
    assert (len(abroad), len(madrid)) == (2, 1)
    for told in seen(london, "chargepoints_2017"):
        assert re.search(r"(rejected 2: o|Dropped 2: o|Rejected: o)utside the UK( 2)?", told)
    ledger = london.snapshot.layer("chargepoints_2017").ledger
    lines = [example.rpartition(":")[2] for example in ledger["examples"]["outside the UK"]]
    assert str(madrid[0]) in lines


def test_closed_libraries_are_left_out_by_name(home, real_data):
    rows = rows_of(real_data / "barking_and_dagenham/addresses/libraries.csv")
    closed = [number for number, row in enumerate(rows, start=2) if row["closed"].strip()]
    assert len(closed) == 6
    for told in seen(home, "library_distance"):
        assert re.search(r"(rejected 6: l|Dropped 6: l|Rejected: l)eft out: closed( 6)?", told)
    ledger = home.snapshot.layer("library_distance").ledger
    assert ledger["used"] == len(rows) - 6
    lines = [int(line.rpartition(":")[2]) for line in ledger["examples"]["left out: closed"]]
    assert lines == closed[: len(lines)]


def test_postcodes_that_are_unknown_are_counted_and_named(home, real_data):
    folder = real_data / "barking_and_dagenham/addresses"
    with (folder / "codepoint_open_2025-11.csv").open(encoding="utf-8", newline="") as file:
        known = {row[0].replace(" ", "") for row in csv.reader(file) if int(row[1]) < 90}
    with (folder / "gp_practices_epraccur.csv").open(encoding="utf-8", newline="") as file:
        practices = list(csv.reader(file))
    active = [
        (number, row) for number, row in enumerate(practices, start=1)
        if row[12] == "A" and row[25] == "4"
    ]  # fmt: skip
    lost = [number for number, row in active if row[9].replace(" ", "") not in known]
    assert len(lost) == 4
    for layer in ("gp_practices", "gp_distance"):
        for told in seen(home, layer):
            assert re.search(r"(rejected 4: u|Dropped 4: u|Rejected: u)nknown postcode( 4)?", told)
    ledger = home.snapshot.layer("gp_practices").ledger
    lines = [int(line.rpartition(":")[2]) for line in ledger["examples"]["unknown postcode"]]
    assert lines == lost
