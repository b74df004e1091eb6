"""``placedata scorecard`` and ``export``: kinds of card, older snapshots, what is refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from placedata.cli.commands import app


@pytest.fixture
def ask(cards_place, tmp_path):
    def run(*words):
        place = ["--place", str(cards_place.directory), "--store", str(cards_place.store)]
        return CliRunner().invoke(app, [*words, "--out", str(tmp_path), *place])

    return run


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_several_wards_as_one_area(ask, tmp_path):
    done = ask("scorecard", "--wards", "Abbey,E05990004", "--name", "The = ends", "-f", "json")
    assert done.exit_code == 0, done.stderr
    (name,) = files(tmp_path)
    assert name.startswith("custom-")
    assert name.endswith("-the-ends.json")
    told = json.loads((tmp_path / name).read_text("utf-8"))
    assert told["kind"] == "custom"
    assert [code for code, _ in told["members"]] == ["E05990001", "E05990004"]
    people = next(item for item in told["context"] if item["layer"] == "people")
    assert people["value"] == 400  # 300 and 100
    assert told["reproduce"].endswith("--wards E05990001,E05990004 --name 'The = ends'")


def test_wards_side_by_side_and_the_whole_place(ask, tmp_path):
    assert ask("scorecard", "--compare", "E05990001,Dene & Heath", "-f", "html").exit_code == 0
    assert ask("scorecard", "--place-card", "-f", "json,pdf").exit_code == 0
    assert ask("scorecard", "--area", "place", "-f", "csv").exit_code == 0
    assert files(tmp_path) == [
        "comparison-abbey-and-dene-heath.html", "place-toytown.csv",
        "place-toytown.csv-metadata.json", "place-toytown.json", "place-toytown.pdf",
    ]  # fmt: skip


def test_the_command_on_a_card_makes_the_same_card_again(ask, cards, tmp_path):
    words = cards["E05990002"].reproduce.split()[1:]
    assert ask(*words, "--format", "json").exit_code == 0
    (name,) = files(tmp_path)
    assert json.loads((tmp_path / name).read_text("utf-8"))["hash"] == cards["E05990002"].hash


def test_slides_of_a_comparison_and_old_snapshots_are_refused_in_words(ask):
    done = ask("scorecard", "--compare", "E05990001,E05990002", "-f", "pptx")
    assert done.exit_code == 2
    assert "there are no slides of a comparison" in done.stderr
    done = ask("scorecard", "--area", "Abbey", "--snapshot", "v000001-00000000")
    assert done.exit_code == 1
    assert "there is no snapshot 'v000001-00000000'" in done.stderr


@pytest.mark.parametrize("words", [(), ("--area", "Abbey", "--compare", "Abbey,Castle")])
def test_exactly_one_thing_is_asked_for(ask, words):
    done = ask("scorecard", *words)
    assert done.exit_code == 2
    assert "one of --area, --wards, --compare, --place-card" in done.stderr


def test_a_batch_tells_what_failed_and_ends_with_1(ask, tmp_path, monkeypatch):
    import placedata.scorecard as cards

    make = cards.make_scorecard

    def fail(snapshot, code):
        if code == "E05990003":
            raise ValueError("no outline")
        return make(snapshot, code)

    monkeypatch.setattr(cards, "make_scorecard", fail)
    done = ask("scorecard", "--area", "all", "-f", "json", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["failed"] == [{"area": "E05990003", "reason": "ValueError: no outline"}]
    assert (told["kept"], len(told["files"])) == (0, 5)  # three cards, the index, the ZIP
    monkeypatch.setattr(cards, "make_scorecard", make)
    again = ask("scorecard", "--area", "all", "-f", "json")
    assert again.exit_code == 0
    assert "1 of 4 cards made" in again.stderr
    assert "3 kept" in again.stderr


def test_export_says_which_layers_are_under_a_share_alike_licence(ask, tmp_path):
    done = ask("export", "-f", "geoparquet", "--json")
    assert json.loads(done.stdout)["share_alike"] == ["ill"]
    done = ask("export", "-f", "csv", "--share-alike", "leave-out")
    assert "are left out: ill" in done.stderr
    assert [name.rsplit(".", 1)[1] for name in files(tmp_path)] == ["csv", "json", "parquet"]
    done = ask("export", "--share-alike", "leave_out")
    assert done.exit_code == 2
    assert "did you mean 'leave-out'?" in done.stderr
