"""Loader ``epc``: certificates of the old and the new service, all homes and figures invented."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest

NEW = (
    "certificate_number,address1,address2,address3,postcode,posttown,current_energy_efficiency,"
    "current_energy_rating,inspection_date,lodgement_date,total_floor_area,uprn,uprn_source\n"
)
OLD = (
    "LMK_KEY,ADDRESS1,ADDRESS2,ADDRESS3,POSTCODE,BUILDING_REFERENCE_NUMBER,CURRENT_ENERGY_RATING,"
    "CURRENT_ENERGY_EFFICIENCY,INSPECTION_DATE,LODGEMENT_DATE,TOTAL_FLOOR_AREA,UPRN\n"
)
POSTCODES = pd.DataFrame(
    {"postcode": ["ZZ11ZZ", "ZZ22ZZ"], "x": [540000.0, 541000.0], "y": [180000.0, 181000.0]}
)
UPRNS = (
    "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n100,540010,180010,,\n200,541010,181010,,\n"
)


def new(number, uprn="", rating="D", lodged="2020-05-01", **other):
    cells = {
        "certificate_number": number, "address1": "1 Mill Lane", "address2": "", "address3": "",
        "postcode": "ZZ1 1ZZ", "posttown": "ALDERMARSH", "current_energy_efficiency": "60",
        "current_energy_rating": rating, "inspection_date": lodged, "lodgement_date": lodged,
        "total_floor_area": "80.5", "uprn": uprn, "uprn_source": "",
    } | other  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells.values()) + "\n"


@pytest.fixture
def ask(desk):
    def run(text, source=None, *, header=NEW, name="certificates.csv", **request):
        file = desk.write(name, header + text)
        request = {"postcodes": lambda: POSTCODES} | request
        fields = {"file": file} | ({"band": "C"} if source is None else source)
        return desk.ask("epc", fields, **request)

    return run


def test_homes_of_a_band_or_better_are_100_so_that_the_mean_is_a_percentage(ask, balanced):
    text = "".join(new(f"c{n}", str(n + 1), rating) for n, rating in enumerate("ABCDEFG"))
    seen = ask(text + new("x1", "91", "") + new("x2", "92", "INVALID!"))
    assert seen.table["value"].tolist() == [100.0, 100.0, 100.0, 0.0, 0.0, 0.0, 0.0]
    assert balanced(seen) == {"no energy rating": 2}
    assert seen.keyed_by == "point"


def test_the_latest_certificate_of_a_uprn_counts(ask, balanced):
    text = (
        new("a", "7", "B", "2015-01-01") + new("b", "7", "E", "2022-03-04")
        + new("c", "7.0", "A", "2019-01-01") + new("d", "007", "A", "2018-01-01")
    )  # fmt: skip
    seen = ask(text)
    assert seen.table["value"].tolist() == [0.0]
    assert seen.table["row"].tolist() == [3]
    assert balanced(seen) == {"an older certificate of the same home": 3}


def test_without_a_uprn_a_home_is_its_address_and_postcode(ask, balanced):
    text = (
        new("a", lodged="2015-01-01") + new("b", address1="1, MILL LANE", lodged="2021-01-01")
        + new("c", address1="2 Mill Lane") + new("d", postcode="ZZ2 2ZZ")
    )  # fmt: skip
    seen = ask(text)
    assert seen.table["row"].tolist() == [3, 4, 5]
    assert seen.ledger.notes["certificates without a UPRN"] == 4
    assert balanced(seen) == {"an older certificate of the same home": 1}


def test_a_certificate_without_a_uprn_is_of_the_home_at_its_address(ask, balanced):
    text = (
        new("a", "7", "A", "2015-01-01") + new("b", "", "G", "2021-01-01")
        + new("c", "8", "A", address1="Flats") + new("d", "9", "A", address1="Flats")
        + new("e", "", "A", "2021-01-01", address1="Flats")
    )  # fmt: skip
    seen = ask(text)
    assert seen.table["row"].tolist() == [3, 4, 5, 6]
    assert seen.table["value"].tolist() == [0.0, 100.0, 100.0, 100.0]
    assert balanced(seen) == {"an older certificate of the same home": 1}
    assert seen.ledger.notes["certificates without a UPRN, known by their address"] == 1


def test_on_one_day_the_later_inspection_and_then_the_later_row_counts(ask):
    text = new("a", "7", "A", inspection_date="2020-04-30") + new(
        "b", "7", "G", inspection_date="2020-04-29"
    )
    assert ask(text).table["value"].tolist() == [100.0]
    assert ask(new("a", "7", "A") + new("b", "7", "G")).table["value"].tolist() == [0.0]


def test_the_old_service_s_columns_are_read_too(ask):
    text = (
        "k1,1 Mill Lane,,,ZZ1 1ZZ,1,C,70,2014-01-01,2014-01-02,55,\n"
        "k2,9 Mill Lane,,,zz22zz,2,F,30,2014-01-01,2014-01-02,45.5,500\n"
    )
    seen = ask(text, {"measure": "total_floor_area"}, header=OLD)
    assert seen.table["value"].tolist() == [55.0, 45.5]
    assert seen.table["x"].tolist() == [540000.0, 541000.0]


def test_both_services_together_give_a_home_once(desk):
    desk.write("old.csv", OLD + "k1,1 Mill Lane,,,ZZ1 1ZZ,1,C,70,2014-01-01,2014-01-02,55,7\n")
    desk.write("new.csv", NEW + new("c1", "7", current_energy_efficiency="81"))
    source = {"file": ["data/old.csv", "data/new.csv"]}
    seen = desk.ask(
        "epc", source, value="current_energy_efficiency", postcodes=lambda: POSTCODES
    )  # fmt: skip
    assert seen.table["value"].tolist() == [81.0]
    assert [item.rows for item in seen.sources] == [1, 1]


def test_no_address_and_no_uprn_leaves_the_file(ask):
    seen = ask(new("1234-5678", "100023336956"))
    kept = seen.table.to_csv() + str(seen.ledger)
    for secret in ("Mill", "ZZ1", "100023336956", "1234-5678"):
        assert secret not in kept
    assert seen.table["thing"].tolist() == ["home 1"]
    assert seen.table["name"].tolist() == [""]


def test_homes_are_placed_by_uprn_and_those_without_one_by_postcode(ask, desk, balanced):
    text = (
        new("a", "100") + new("b", "200") + new("c", address1="3 Mill Lane")
        + new("d", "300") + new("e", postcode="ZZ9 9ZZ")
    )  # fmt: skip
    uprns = desk.write("uprns.csv", UPRNS)
    seen = ask(text, {"band": "C", "uprns": uprns})
    assert seen.table["x"].tolist() == [540010.0, 541010.0, 540000.0]
    assert balanced(seen) == {"UPRN or postcode not in the place": 2}
    assert seen.ledger.notes["certificates without a UPRN, placed by postcode"] == 1
    bounds = (540000.0, 180000.0, 540500.0, 180500.0)
    near = ask(text, {"band": "C", "uprns": uprns}, bounds=bounds, postcodes=None)
    assert near.table["x"].tolist() == [540010.0]
    assert balanced(near) == {"UPRN or postcode not in the place": 4}


def test_the_nsul_places_homes_as_well(ask, desk):
    uprns = desk.write("nsul.csv", "UPRN,GRIDGB1E,GRIDGB1N,PCDS\n100,540020,180020,ZZ1 1ZZ\n")
    seen = ask(new("a", "100"), {"band": "C", "uprns": uprns})
    assert seen.table["y"].tolist() == [180020.0]


def test_rows_that_cannot_be_placed_or_counted_are_rejected_by_reason(ask, balanced):
    text = (
        new("a", "1") + new("b", "2", postcode="ZZ9 9ZZ") + new("c", address1="")
        + new("d", "4", postcode="") + new("a", "1", lodged="2023-01-01")
    )  # fmt: skip
    seen = ask(text)
    assert len(seen.table) == 1
    assert balanced(seen) == {
        "unknown postcode": 2, "neither UPRN nor address": 1, "repeated certificate": 1,
    }  # fmt: skip


def test_the_years_of_lodgement_can_be_bounded(ask, balanced):
    text = "".join(new(f"c{y}", str(y), lodged=f"{y}-06-01") for y in (2012, 2016, 2020, 2024))
    seen = ask(text, {"band": "C", "lodged_from": 2015, "lodged_to": 2020})
    assert seen.table["row"].tolist() == [3, 4]
    assert balanced(seen) == {"lodged before 2015": 1, "lodged after 2020": 1}


def test_a_missing_measure_is_not_zero(ask, balanced):
    text = new("a", "1", total_floor_area="") + new("b", "2", total_floor_area="70")
    seen = ask(text, {"measure": "total_floor_area"})
    assert seen.table["value"].tolist() == [70.0]
    assert balanced(seen) == {"blank": 1}


def test_cells_with_line_breaks_and_zips_are_read(desk):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "certificates.csv", NEW + new("a", "1", address2="Flat\n2") + new("b", "2")
        )
    source = {"file": desk.write("all.zip", packed.getvalue()), "band": "D"}
    seen = desk.ask("epc", source, postcodes=lambda: POSTCODES)
    assert seen.table["value"].tolist() == [100.0, 100.0]


@pytest.mark.parametrize(
    ("text", "source", "told"),
    [
        (new("a", lodged="01/02/2020"), {"band": "C"}, ":2: lodgement_date: found '01/02/2020'"),
        (new("a", total_floor_area="big"), {"measure": "total_floor_area"}, "found 'big'"),
        (new("a"), {}, "neither measure nor band"),
        (new("a"), {"band": "C", "measure": "total_floor_area"}, "found measure and band"),
        (new("a"), {"measure": "floor"}, "no column 'floor'"),
        (new("a") + "1,2\n", {"band": "C"}, "Expected 13 columns, got 2"),
    ],
)
def test_mistakes_are_told_with_the_value_at_fault(ask, text, source, told):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the text is asserted
        ask(text, source)
    assert told in str(caught.value)


def test_a_damaged_row_is_not_shown_since_it_holds_an_address(ask):
    with pytest.raises(Exception, match="Expected 13 columns, got 2") as caught:
        ask(new("a") + "1234,77 Secret Street\n")
    assert "Secret" not in str(caught.value)


def test_a_place_without_postcodes_and_without_a_file_of_uprns_is_told(ask):
    with pytest.raises(Exception, match=r"a place without postcodes; allowed: postcodes: in place"):
        ask(new("a"), postcodes=None)
