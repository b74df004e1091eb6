"""What does not balance, or misses its official total, is not published."""

import json
from dataclasses import replace

import pytest

from placedata.errors import DataError, UsageError
from placedata.layers import build as building
from placedata.observations import Observations
from placedata.snapshot import open_snapshot

PEOPLE = """\
title: People
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: people
period: 2021
"""


def table(place, *rows):
    place.write("data/small_areas.csv", "\n".join(["lsoa21_code,people", *rows]) + "\n")


def problems(place):
    with pytest.raises(DataError) as caught:
        place.open().build()
    assert not list((place.folder / ".placedata").glob("v*")), "nothing is published"
    return [str(problem) for problem in caught.value.problems]


def test_a_layer_that_meets_its_control_total_is_published(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    assert toy_place.open().build().snapshot.table("people")["value"].sum() == pytest.approx(600)


def test_a_missed_control_total_stops_the_publish_at_its_line(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 601}\n")
    (told,) = problems(toy_place)
    assert told == "layers/people.yaml:8: control.total: found 600 in 2021; allowed: 601"


def test_a_difference_within_the_tolerance_is_allowed_and_one_beyond_is_not(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 602, tolerance: 1}\n")
    (told,) = problems(toy_place)
    assert "allowed: 602, up to 1 more or less" in told
    toy_place.layer("people", PEOPLE + "control: {total: 602, tolerance: 2}\n")
    assert toy_place.open().build().changed


def test_a_control_total_of_a_period_that_is_not_there_is_told(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 600, period: 2011}\n")
    (told,) = problems(toy_place)
    assert "control.period: found '2011'; allowed: 2021" in told


def test_what_lies_outside_the_place_is_not_part_of_the_control_total(toy_place):
    table(toy_place, "E01990001,400", "E01990002,200", "E01990777,5000")
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    (flow,) = toy_place.open().build().snapshot.layer("people").flows
    assert (flow["allocated"], flow["outside"]) == (pytest.approx(600), 5000)


def test_a_reason_publishes_and_is_kept_in_the_manifest_and_in_the_notes(toy_place):
    from placedata.build import build_place

    toy_place.layer("people", PEOPLE + "control: {total: 601}\n")
    place = toy_place.open()
    built = build_place(place.catalog(), place.store, allow_imbalance="one child was born since")
    snapshot = open_snapshot(place.store)
    assert built.snapshot.id == snapshot.id
    assert snapshot.manifest["allowed_imbalance"]["reason"] == "one child was born since"
    assert list(snapshot.manifest["allowed_imbalance"]["layers"]) == ["people"]
    (note,) = [note for note in snapshot.layer("people").notes if "one child" in note]
    assert note == (
        "published although control.total is 600 in 2021, not 601: one child was born since"
    )


def test_a_permission_is_for_one_build_only(toy_place):
    from placedata.build import build_place

    toy_place.layer("people", PEOPLE + "control: {total: 601}\n")
    place = toy_place.open()
    build_place(place.catalog(), place.store, allow_imbalance="first")
    with pytest.raises(DataError, match="control total"):
        place.build(force=True)
    toy_place.write("place.yaml", (toy_place.folder / "place.yaml").read_text() + "contact: x\n")
    again = build_place(toy_place.open().catalog(), place.store, allow_imbalance="second")
    notes = [note for note in again.snapshot.layer("people").notes if "published although" in note]
    assert len(notes) == 1
    assert notes[0].endswith("second")


def test_a_permission_without_a_reason_is_refused(toy_place):
    from placedata.build import build_place

    place = toy_place.open()
    with pytest.raises(UsageError, match="reason"):
        build_place(place.catalog(), place.store, allow_imbalance="  ")


def test_the_command_publishes_with_a_reason_and_says_when_none_was_needed(toy_place, capsys):
    from placedata.cli.build import build
    from placedata.stores.audit import read_audit

    place = str(toy_place.folder)
    build(place=place, allow_imbalance="to be safe")
    assert "the reason was not needed" in capsys.readouterr().err
    toy_place.layer("people", PEOPLE + "control: {total: 601}\n")
    build(place=place, allow_imbalance="a twin")
    assert "Published although: layers/people.yaml:8: control.total" in capsys.readouterr().err
    acts = [(line["action"], line["reason"]) for line in read_audit(toy_place.open().store)]
    assert acts == [("build", None), ("build", None), ("allow-imbalance", "a twin")]


# ------------------------------------------------------- faults that have changed published indices


def test_fault_zero_for_missing_in_the_file_misses_the_control_total(toy_place):
    table(toy_place, "E01990001,400", "E01990002,0")
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    assert "control.total: found 400" in problems(toy_place)[0]


def test_a_blank_figure_is_a_named_reason_and_no_zero(toy_place):
    table(toy_place, "E01990001,400", "E01990002,")
    snapshot = toy_place.open().build().snapshot
    assert sum(snapshot.layer("people").ledger["rejected"].values()) == 1
    assert snapshot.table("people")["status"].tolist() == ["ok", "ok", "missing", "missing"]


def test_fault_a_gap_filled_with_zero_after_apportionment_stops_the_publish(toy_place, monkeypatch):
    table(toy_place, "E01990001,400", "E01990002,")
    honest = building.area_parts

    def filled(entry, ground):
        return [replace(part, frame=part.frame.fillna(0)) for part in honest(entry, ground)]

    monkeypatch.setattr(building, "area_parts", filled)
    monkeypatch.setattr(building, "LEAST_COVERAGE", 0.0)
    (told,) = problems(toy_place)
    assert "a figure for E05990003, E05990004 in 2021, of which nothing was observed" in told


def test_fault_a_whole_column_filled_with_zero_misses_the_control_total(toy_place, monkeypatch):
    table(toy_place, "E01990001,", "E01990002,200")
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    honest = Observations.series.func
    filled = property(
        lambda seen: {
            period: values.reindex(["E01990001", "E01990002"]).fillna(0)
            for period, values in honest(seen).items()
        }
    )
    monkeypatch.setattr(Observations, "series", filled)
    assert "control.total: found 200" in problems(toy_place)[0]


def test_fault_an_area_that_is_dropped_misses_the_control_total(toy_place):
    import geopandas as gpd

    path = toy_place.folder / "data/small_areas.gpkg"
    frame = gpd.read_file(path)
    path.unlink()
    frame.iloc[:1].to_file(path, driver="GPKG")
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    assert "control.total: found 400" in problems(toy_place)[0]


def test_fault_a_ward_that_is_dropped_after_apportionment_stops_the_publish(toy_place, monkeypatch):
    honest = building.area_parts

    def dropped(entry, ground):
        found = []
        for part in honest(entry, ground):
            frame = part.frame.copy()
            frame.loc["E05990001", ["value", "numerator"]] = 1.0
            found.append(replace(part, frame=frame))
        return found

    monkeypatch.setattr(building, "area_parts", dropped)
    toy_place.layer("people", PEOPLE + "disclosure: {counts: things}\n")
    (told,) = problems(toy_place)
    assert "found 301 in ward figures of 2021; allowed: the 600 that were placed in wards" in told


def test_fault_blank_codes_miss_the_control_total(toy_place):
    table(toy_place, "E01990001,400", ",200")
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    assert "control.total: found 400" in problems(toy_place)[0]


def test_rows_with_blank_codes_are_a_named_reason_with_their_line(toy_place):
    table(toy_place, "E01990001,400", ",200")
    ledger = toy_place.open().build().snapshot.layer("people").ledger
    assert ledger["rejected"] == {"no area code": 1}
    assert list(ledger["examples"]["no area code"]) == ["data/small_areas.csv:3"]


def test_fault_zeros_among_the_codes_are_no_column_of_codes(toy_place):
    table(toy_place, "E01990001,400", "0,200")
    assert "found no column of area codes" in problems(toy_place)[0]


def test_check_refuses_what_build_refuses(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 601}\n")
    with pytest.raises(DataError, match="misses its control total"):
        toy_place.open().check()


def test_fault_a_flow_that_loses_figures_stops_the_publish(toy_place, monkeypatch):
    honest = building.area_parts

    def lossy(entry, ground):
        return [
            replace(part, flow=replace(part.flow, amount_in=part.flow.amount_in + 7))
            for part in honest(entry, ground)
        ]

    monkeypatch.setattr(building, "area_parts", lossy)
    (told,) = problems(toy_place)
    assert "607 in, but 600 out in 2021" in told


def test_the_sample_place_states_its_official_totals(repository):
    truth = json.loads((repository / "data" / "truth.json").read_text("utf-8"))
    text = (repository / "layers" / "population.yaml").read_text("utf-8")
    assert f"control: {{total: {truth['people']}}}" in text


# ------------------------------------------ each fault through the command line, after a good build


def rows(*lines):
    return lambda place: table(place, *lines)


def drop_ward(place):
    """Ward 4 is of two parts; a reader that keeps only simple areas would drop it."""
    import geopandas as gpd

    path = place.folder / "data/wards.gpkg"
    frame = gpd.read_file(path)
    path.unlink()
    frame[frame["WD25CD"] != "E05990004"].to_file(path, driver="GPKG")


def drop_source_area(place):
    import geopandas as gpd

    path = place.folder / "data/small_areas.gpkg"
    frame = gpd.read_file(path)
    path.unlink()
    frame.iloc[:1].to_file(path, driver="GPKG")


PLANTED = {
    "zero for missing": (rows("E01990001,400", "E01990002,0"), "control.total: found 400"),
    "a dropped complex ward": (drop_ward, "boundaries.wd25.areas: found 3 areas"),
    "a dropped complex source area": (drop_source_area, "control.total: found 400"),
    "blank codes": (rows("E01990001,400", ",200"), "control.total: found 400"),
    "codes read as zero": (rows("E01990001,400", "0,200"), "no column of area codes"),
    "a missing figure left blank": (rows("E01990001,400", "E01990002,"), "control.total: found 40"),
    "a row twice": (rows("E01990001,400", "E01990002,200", "E01990002,200"), "E01990002"),
}


def two_part_ward(place):
    """Make ward 4 of two parts, one of them an island with a hole."""
    import geopandas as gpd
    from shapely.geometry import MultiPolygon, Point, box

    path = place.folder / "data/wards.gpkg"
    frame = gpd.read_file(path)
    land = box(541_000, 181_000, 541_600, 182_000)
    island = box(541_700, 181_000, 542_000, 182_000).difference(Point(541_850, 181_800).buffer(50))
    at = frame.index[frame["WD25CD"] == "E05990004"][0]
    shapes = [*frame.geometry]
    shapes[at] = MultiPolygon([land, island])
    path.unlink()
    frame.set_geometry(shapes, crs=frame.crs).to_file(path, driver="GPKG")


@pytest.fixture
def published(toy_place):
    """A place whose ward 4 is of two parts, with its official totals, published once."""
    two_part_ward(toy_place)
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    text = text.replace("wd25: data/wards.gpkg", "wd25: {file: data/wards.gpkg, areas: 4}")
    toy_place.write("place.yaml", text)
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    toy_place.open().build()
    return toy_place


def refused(place):
    """Build by the command line, which must fail, and return what it said."""
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    before = place.open().snapshot
    told = CliRunner().invoke(app, ["build", "--place", str(place.folder)])
    assert told.exit_code == 4  # mistakes in data
    after = place.open()
    assert after.snapshot.id == before.id, "what was served before stays"
    assert after.table("people")["value"].tolist() == pytest.approx([300, 100, 100, 100])
    assert len(after.history()) == 1, "nothing is published"
    return " ".join(told.output.split())


@pytest.mark.parametrize("fault", list(PLANTED))
def test_a_planted_fault_stops_the_build_and_the_snapshot_before_is_served(published, fault):
    plant, said = PLANTED[fault]
    plant(published)
    assert said in refused(published)


def test_fillna_zero_stops_the_build_and_the_snapshot_before_is_served(published, monkeypatch):
    honest = building.area_parts

    def filled(entry, ground):
        return [replace(part, frame=part.frame.fillna(0)) for part in honest(entry, ground)]

    table(published, "E01990001,400", "E01990002,")
    published.layer("people", PEOPLE)  # even without a control total
    monkeypatch.setattr(building, "area_parts", filled)
    monkeypatch.setattr(building, "LEAST_COVERAGE", 0.0)
    assert "of which nothing was observed" in refused(published)


def test_a_ward_of_two_parts_keeps_its_people(published):
    assert published.open().table("people").loc["E05990004", "value"] == pytest.approx(100)
