"""Many cards at once: resumed where they stopped, the same bytes each time, failures told."""

from __future__ import annotations

import json
import zipfile
from html.parser import HTMLParser

import pytest

from placedata.maps.offline import refuse_addresses
from placedata.scorecard import batch as batches
from placedata.scorecard.batch import RECORD, write_cards
from placedata.scorecard.folder import write_folder

AREAS = ["E05990001", "E05990002", "E05990003", "E05990004"]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.found.append(dict(attributes)["href"])

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def folder(snapshot_of_cards, tmp_path_factory):
    """All cards as data and rows, with what belongs to them all, made by two processes."""
    path = tmp_path_factory.mktemp("folder")
    batch, more = write_folder(snapshot_of_cards, ["json", "csv", "pdf"], path, jobs=2)
    return path, batch, more


def test_two_processes_make_every_card_in_the_order_of_the_areas(folder, documents):
    path, batch, _ = folder
    assert [item.area_code for item in batch.made] == AREAS
    assert batch.failed == []
    for code, made in zip(AREAS, batch.made, strict=True):
        assert [name.split(".", 1)[1] for name in made.files] == [
            "json", "csv", "csv-metadata.json", "pdf",
        ]  # fmt: skip
        assert json.loads((path / made.files[0]).read_text("utf-8")) == documents[code]


def test_the_index_page_leads_to_each_file_and_needs_no_network(folder):
    path, batch, _ = folder
    text = (path / "index.html").read_text("utf-8")
    refuse_addresses(text)
    page = Links()
    page.feed(text)
    assert all((path / address).is_file() for address in page.found)
    cards = [file.name for file in batch.files if not file.name.endswith("metadata.json")]
    assert set(cards) <= set(page.found)
    assert "<b>Castle</b>" in page.text


def test_the_zip_holds_every_file_and_is_the_same_when_made_again(
    folder, snapshot_of_cards, tmp_path
):
    path, batch, more = folder
    archive = more[-1]
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert names == sorted(names)
        assert {"index.html", *(file.name for file in batch.files)} <= set(names)
        for name in names:
            assert opened.read(name) == (path / name).read_bytes()
    _, again = write_folder(snapshot_of_cards, ["json", "csv", "pdf"], tmp_path / "again")
    assert again[-1].read_bytes() == archive.read_bytes()


def test_a_second_run_makes_only_what_is_missing_or_has_changed(
    snapshot_of_cards, tmp_path, monkeypatch
):
    first = write_cards(snapshot_of_cards, AREAS, ["json"], tmp_path)
    gone, changed = first.files[1], first.files[2]
    gone.unlink()
    changed.write_text("{}", "utf-8")
    asked = []
    make = batches.make_card
    monkeypatch.setattr(batches, "make_card", lambda *a: asked.append(a[2]) or make(*a))
    second = write_cards(snapshot_of_cards, AREAS, ["json"], tmp_path)
    assert asked == ["E05990002", "E05990003"]
    assert [item.kept for item in second.made] == [True, False, False, True]
    assert json.loads(changed.read_text("utf-8"))["area_code"] == "E05990003"
    # another format, another snapshot: nothing there counts
    write_cards(snapshot_of_cards, AREAS, ["json", "csv"], tmp_path)
    assert asked[2:] == AREAS
    record = (tmp_path / RECORD).read_text("utf-8")
    (tmp_path / RECORD).write_text(record.replace('"made_from": "', '"made_from": "f'), "utf-8")
    write_cards(snapshot_of_cards, AREAS, ["json"], tmp_path)
    assert asked[6:] == AREAS


def test_a_stop_in_the_middle_keeps_what_was_made(snapshot_of_cards, tmp_path):
    def stop(_name, done, _all):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_cards(snapshot_of_cards, AREAS, ["json"], tmp_path, tell=stop)
    with (tmp_path / RECORD).open("a", encoding="utf-8") as file:
        file.write('{"area": "E0599')  # a line cut short
    after = write_cards(snapshot_of_cards, AREAS, ["json"], tmp_path)
    assert [item.kept for item in after.made] == [True, True, False, False]


def test_a_card_that_fails_names_its_reason_and_the_rest_are_made(
    snapshot_of_cards, tmp_path, monkeypatch
):
    import placedata.scorecard as cards

    make = cards.make_scorecard

    def fail(snapshot, code):
        if code == "E05990002":
            raise ZeroDivisionError("nobody lives here")
        return make(snapshot, code)

    monkeypatch.setattr(cards, "make_scorecard", fail)
    batch, _ = write_folder(snapshot_of_cards, ["json"], tmp_path)
    assert [bool(item.files) for item in batch.made] == [True, False, True, True]
    assert batch.failed[0].reason == "ZeroDivisionError: nobody lives here"
    assert "nobody lives here" in (tmp_path / "index.html").read_text("utf-8")
