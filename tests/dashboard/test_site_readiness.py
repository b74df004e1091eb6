"""Data readiness: grades, ages and advice of a place where they are known by hand."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dashboard import rendering
from placedata import Place
from placedata.snapshot.readiness import readiness

TODAY = date(2026, 11, 22)
#: Layer -> what its file says besides, and so what it is known to be on `TODAY`.
SAID = {
    "no2": "cadence: yearly\n",  # 2023: 34.7 months old, due
    "green": "cadence: yearly\n",  # 5 of 6 wards, due
    "life": "cadence: yearly\n",  # 2022: overdue by 22.7 months
    "turnout": "cadence: census\n",  # 2022: current
    "crowding": "error: {chance: none}\ncadence: census\n",  # nothing unknown, current
    "homes": "cadence: irregular\n",
}


@pytest.fixture(scope="module")
def ready(toyborough: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = toyborough.write_place(tmp_path_factory.mktemp("ready") / "toyborough")
    for name, text in SAID.items():
        file = folder / "layers" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8") + text, "utf-8")
    place = Place.open(folder)
    place.build()
    return place


@pytest.fixture(scope="module")
def site(ready: Place) -> Any:
    from dashboard.app import create_app

    return create_app(ready).test_client()


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "today", lambda: TODAY)


@pytest.fixture(scope="module")
def tables() -> Any:
    path = Path(__file__).parent / "test_site_pages.py"
    spec = importlib.util.spec_from_file_location("site_tables", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Tables


def text_of(site, address="/readiness"):
    answer = site.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def row_of(table, title):
    return next(row for row in table if row[0].startswith(title))


def test_each_layer_has_its_grade_and_what_holds_it_down(site, tables):
    table = tables(text_of(site)).table("Layers by quality")
    names = ("Overcrowded homes", "Turnout", "Nitrogen", "Healthy", "Green")
    grades = {name: re.search(r"Quality ([A-D])", row_of(table, name)[1])[1] for name in names}
    assert grades == {"Overcrowded homes": "A", "Turnout": "B", "Nitrogen": "B", "Healthy": "C",
                      "Green": "B"}  # fmt: skip
    assert "held down by timeliness" in row_of(table, "Healthy")[0]
    assert "held down by precision" in row_of(table, "Turnout")[0]
    assert "held down" not in row_of(table, "Overcrowded homes")[0]


def test_each_layer_has_its_age_in_words(site, tables):
    table = tables(text_of(site)).table("Layers by quality")
    ages = {name: row_of(table, name)[3] for name in
            ("Nitrogen", "Healthy", "Turnout", "Homes", "Degrees")}  # fmt: skip
    assert "due 2023" in ages["Nitrogen"]
    assert "overdue by 23 months 2022" in ages["Healthy"]
    assert "current 2022" in ages["Turnout"]
    assert "no set date 2021" in ages["Homes"]
    assert "age not known 2021" in ages["Degrees"]


def test_coverage_counts_the_ward_without_a_figure(site, tables):
    table = tables(text_of(site)).table("Layers by quality")
    assert row_of(table, "Green")[4].split()[0] == "83%"  # 5 of 6


def test_what_would_improve_it_most_comes_first_and_says_why(ready):
    """By hand: six of twelve components have layers, two in each of three dimensions."""
    found = readiness(ready.snapshot, TODAY)
    order = [item.effect for item in found.advice]
    assert order == sorted(order, reverse=True)
    missing = [item for item in found.advice if not item.layer]
    assert {item.title for item in missing} >= {"Water and sanitation", "Inclusiveness"}
    assert all(item.effect == pytest.approx(1 / 12) for item in missing)
    life = next(item for item in found.advice if item.layer == "life")
    assert life.do == ("Update it: its newest figures are of 2022, 23 months overdue.",)
    assert life.effect == pytest.approx(0.4 / 6)
    assert life.why == "It carries 17% of the index."
    weights = {item.record.id: item.weight for item in found.layers if item.weight is not None}
    assert weights["no2"] == weights["green"] == pytest.approx(1 / 12)
    assert sum(weights.values()) == pytest.approx(1)


def test_components_without_a_layer_are_told_on_the_page(site, tables):
    table = tables(text_of(site)).table("Components")
    assert row_of(table, "Water and sanitation")[:2] == [
        "Water and sanitation no layer yet", "would be 8%"
    ]  # fmt: skip
    assert "6 components of the framework have no layer" in text_of(site)


def test_the_table_is_a_file_with_the_reasons_and_the_day(site, ready):
    answer = site.get("/readiness.csv")
    text = answer.get_data(as_text=True).lstrip("\ufeff")
    rows = {row["layer"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == set(ready.snapshot.layers)
    assert rows["life"]["grade"] == "C"
    assert rows["life"]["judged_on"] == "2026-11-22"
    assert rows["life"]["timeliness_reason"].endswith("newer ones are overdue by 23 months")
    assert rows["crowding"]["precision_grade"] == "does not apply"
    assert rows["turnout"]["precision_grade"] == "not known"
    assert float(rows["green"]["coverage_measure"]) == pytest.approx(5 / 6)
    assert "filename" in answer.headers["Content-Disposition"]


def test_the_page_of_a_layer_shows_each_dimension_and_the_grade_of_each_figure(site, tables):
    found = tables(text_of(site, "/layers/green"))
    rows = {row[0]: row[1:] for row in found.table("What the grade is made of")[1:]}
    assert rows["Coverage"][1] == "5 of 6 areas have a figure"
    assert rows["Precision"][0] == "Not known"
    assert rows["Apportionment"][0] == "Does not apply"
    values = found.table("Green space, 2023")
    assert "B" in row_of(values, "Abbey")[-2]
    assert "Trace" in row_of(values, "Abbey")[-1]
    assert row_of(values, "<img")[-2] == ""


def test_the_list_of_layers_shows_grade_and_what_is_late(site, tables):
    table = tables(text_of(site, "/layers/")).table("Layers")
    assert any("overdue by" in cell for cell in row_of(table, "Healthy"))
    assert any("Quality A" in cell for cell in row_of(table, "Overcrowded homes"))


def test_age_is_kept_as_of_publication_and_told_as_of_any_other_day(ready):
    record = ready.snapshot.layers["turnout"]
    published = date.fromisoformat(ready.snapshot.published[:10])
    assert record.quality["staleness"]["as_of"] == published.isoformat()
    later = record.quality_on(date(2040, 1, 1))
    assert later["staleness"]["badge"] == "overdue"
    assert (record.quality["grade"], later["grade"]) == ("B", "C")


def test_every_figure_of_the_snapshot_has_a_grade_and_every_gap_has_none(ready):
    values = ready.snapshot.values
    shown = values["value"].notna()
    assert values.loc[shown, "grade"].isin(list("ABCD")).all()
    assert (values.loc[~shown, "grade"] == "").all()


def test_a_snapshot_of_an_older_version_opens_and_says_that_it_has_no_grades(
    ready, tmp_path, toyborough
):
    import shutil

    import pandas as pd

    from dashboard.app import create_app

    copy = shutil.copytree(ready.directory, tmp_path / "older")
    folder = next((copy / ".placedata").glob("v*"))
    catalogue = json.loads((folder / "catalogue.json").read_text("utf-8"))
    for layer in catalogue["layers"]:
        del layer["quality"], layer["cadence"]
    (folder / "catalogue.json").write_text(json.dumps(catalogue), "utf-8")
    values = pd.read_parquet(folder / "values.parquet").drop(columns="grade")
    values.to_parquet(folder / "values.parquet", index=False)
    older = Place.open(copy)
    assert older.snapshot.layers["no2"].quality is None
    assert set(older.snapshot.table("no2")["grade"]) == {""}
    client = create_app(older).test_client()
    assert "This snapshot has no grades" in text_of(client)
    for address in ("/layers/", "/layers/no2"):
        assert "Quality A" not in text_of(client, address)


def test_names_from_data_never_become_markup_there(site, toyborough):
    assert toyborough.HOSTILE not in text_of(site)


def test_the_command_says_the_same(ready, capsys):
    from placedata.cli.commands import app

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            app(["readiness", "--place", str(ready.directory), *arguments])
        return done.value.code, capsys.readouterr().out

    code, out = run("--on", "2026-11-22", "--json")
    document = json.loads(out)
    grades = {row["layer"]: row["grade"] for row in document["layers"]}
    assert code == 0
    assert (grades["crowding"], grades["turnout"], grades["life"]) == ("A", "B", "C")
    assert len(document["without_a_layer"]) == 6
    code, out = run("--on", "2026-11-22")
    assert "Update it: its newest figures are of 2022, 23 months overdue." in out
    assert run("--on", "tomorrow")[0] == 2
