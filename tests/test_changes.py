"""Versions as people use them: what differs, one served again, what a build moves, the log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from placedata.errors import PlaceDataError
from placedata.snapshot import open_snapshot
from placedata.snapshot.changes import changes
from placedata.stores import rollback
from placedata.stores.audit import AUDIT, read_audit
from placedata.stores.files import current_version

SOURCE = Path(__file__).parents[1] / "src"
SCORE = """\
title: Score
unit: score
polarity: lower_is_better
component: shelter
apportion: weighted_mean
weighted_by: people
source: {loader: table, file: data/small_areas.csv}
value: score
period: 2021
"""
MORE_PEOPLE = "lsoa21_code,people,cases,score,rank\nE01990001,800,40,10,2\nE01990002,200,10,30,1\n"


def run(*words):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "LOGNAME": "ann"}
    return subprocess.run(
        [sys.executable, "-m", "placedata", *map(str, words)],
        capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip


@pytest.fixture
def twice(toy_place):
    """Version 1 with 400 people in the south, version 2 with 800."""
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    toy_place.write("data/small_areas.csv", MORE_PEOPLE)
    toy_place.open().build()
    return toy_place


def found(place):
    store = place.folder / ".placedata"
    return changes(open_snapshot(store, "v000001"), open_snapshot(store, "v000002"))


def test_changed_data_change_the_figures_of_the_layer_and_are_the_cause(twice):
    told = found(twice)
    assert told.values["layer"].tolist() == ["people", "people"]
    assert told.values["area_code"].tolist() == ["E05990001", "E05990002"]
    assert told.values["before"].tolist() == pytest.approx([300, 100])
    assert told.values["after"].tolist() == pytest.approx([600, 200])
    assert told.causes == {"people": ("data",), "score": ("data", "layer people")}
    assert told.whole == ()
    assert told.ranks.empty


def test_the_same_content_has_no_changes(toy_place):
    place = toy_place.open()
    place.build()
    place.build(force=True)
    assert found(toy_place).nothing


def test_a_changed_layer_file_is_the_cause_and_ranks_that_turn_are_told(toy_place):
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    toy_place.layer("score", SCORE.replace("lower_is_better", "higher_is_better"))
    toy_place.open().build()
    told = found(toy_place)
    assert told.causes == {"score": ("layer file",)}
    assert told.values.empty
    component = told.scores[told.scores["node"] == "shelter"].set_index("area_code")
    assert component["rank_before"].tolist() == [1, 1, 3, 3]
    assert component["rank_after"].tolist() == [3, 3, 1, 1]


def test_layers_added_and_removed_are_told(toy_place):
    toy_place.open().build()
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    assert found(toy_place).added == ("score",)


def test_a_changed_framework_is_told_apart_from_changed_layers(toy_place, repository):
    toy_place.layer("score", SCORE)
    toy_place.open().build()
    text = (repository / "src/placedata/frameworks/social_progress_ward.yaml").read_text("utf-8")
    toy_place.write("layers/frameworks/social_progress_ward.yaml", text + "\n")
    toy_place.open().build(force=True)
    assert found(toy_place).whole == ()
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    changed = text.replace(title, "title: Another index")
    toy_place.write("layers/frameworks/social_progress_ward.yaml", changed)
    toy_place.open().build()
    store = toy_place.folder / ".placedata"
    told = changes(open_snapshot(store, "v000002"), open_snapshot(store, "v000003"))
    assert told.whole == ("framework",)
    assert told.causes == {}


def test_a_changed_program_is_told_as_code(twice):
    store = twice.folder / ".placedata"
    path = store / "v000001" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["inputs"]["code"] = "another"
    path.write_text(json.dumps(manifest), "utf-8")
    assert found(twice).whole == ("code",)


def test_rollback_serves_the_version_before_and_forward_again(twice):
    store = twice.folder / ".placedata"
    assert rollback.roll_back(store, reason="wrong file") == ("v000002", "v000001")
    assert twice.open().table("people")["value"].tolist() == pytest.approx([300, 100, 100, 100])
    assert rollback.roll_back(store, "2") == ("v000001", "v000002")
    with pytest.raises(PlaceDataError, match="served already"):
        rollback.roll_back(store, "v000002")
    with pytest.raises(PlaceDataError, match="no version 9"):
        rollback.roll_back(store, "9")


def test_rollback_refuses_a_damaged_version(twice):
    store = twice.folder / ".placedata"
    (store / "v000001" / "index.json").write_text("{}", "utf-8")
    with pytest.raises(PlaceDataError, match="damaged"):
        rollback.roll_back(store)
    assert current_version(store) == "v000002"


def test_the_audit_log_tells_every_act_and_only_grows(twice):
    store = twice.folder / ".placedata"
    before = (store / AUDIT).read_bytes()
    rollback.roll_back(store, reason="wrong file")
    twice.layer("people", (twice.folder / "layers/people.yaml").read_text().split("publisher")[0])
    assert (store / AUDIT).read_bytes().startswith(before)
    lines = read_audit(store)
    assert [line["action"] for line in lines] == ["build", "build", "rollback"]
    assert [line["version"] for line in lines] == ["v000001", "v000002", "v000001"]
    assert lines[2]["reason"] == "wrong file"
    assert lines[2]["id"] == open_snapshot(store).id
    assert all(line["time"].endswith("+00:00") and line["user"] for line in lines)


def test_versions_are_found_by_number_name_id_and_served(twice):
    store = twice.folder / ".placedata"
    identifier = open_snapshot(store, "v000001").id
    for text in ("1", "v000001", identifier):
        assert rollback.find_version(store, text) == "v000001"
    assert rollback.find_version(store, "served") == "v000002"
    with pytest.raises(PlaceDataError, match="no version"):
        rollback.find_version(store, "v000001-00000000")


def test_the_commands_tell_all_of_it_as_json(twice):
    there = ("--place", twice.folder, "--json")
    told = json.loads(run("diff", "1", "2", *there).stdout)
    assert told["causes"]["layers"]["people"] == ["data"]
    assert told["values"][0]["area_name"] == "Abbey"
    back = json.loads(run("rollback", "--reason", "wrong file", *there).stdout)
    assert (back["before"], back["served"]) == ("v000002", "v000001")
    history = json.loads(run("history", *there).stdout)
    assert [item["served"] for item in history["versions"]] == [True, False]
    assert history["audit"][-1]["user"] == "ann"
    assert history["audit"][-1]["reason"] == "wrong file"
    # Version 1 is served, and the files are those of version 2.
    impact = json.loads(run("check", "--impact", *there).stdout)["impact"]
    assert [row["after"] for row in impact["values"]] == pytest.approx([600, 200])
    assert current_version(twice.folder / ".placedata") == "v000001"


def test_the_commands_tell_people_too(twice):
    there = ("--place", twice.folder)
    told = run("diff", "1", "2", *there).stderr
    assert "people, 2021: 2 figures changed, on average +200 (of which +200 data)" in told
    assert "served again" in run("rollback", *there).stderr
    assert "rollback v000001-" in run("history", *there).stdout
    assert "people, 2021: 2 figures changed" in run("check", "--impact", *there).stderr
    assert run("rollback", *there).returncode == 1


def test_before_anything_is_published_commands_say_so(toy_place):
    there = ("--place", toy_place.folder)
    assert "Nothing is published" in run("history", *there).stderr
    assert run("rollback", *there).returncode == 1
    assert "nothing that a build would move" in run("check", "--impact", *there).stderr
