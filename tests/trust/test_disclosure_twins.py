"""Two places that differ in hidden counts alone look the same in everything that is told.

Everything that is told is made of a snapshot: with the source files taken away, every export and
every page is still there. And the snapshots of the two places are the same, file by file, apart
from the hashes of their sources. So no format, page, filter, search or query tells them apart,
and none can be written that does.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard.app import create_app
from placedata import Place
from placedata.cli.commands import app as command_line
from placedata.scorecard import make_comparison, make_scorecard
from placedata.scorecard.formats import FORMATS, card_files
from placedata.scorecard.table import FORMATS as TABLES
from placedata.scorecard.table import write_table
from placedata.snapshot import open_snapshot

_SPEC = importlib.util.spec_from_file_location(
    "nasty_place", Path(__file__).parent / "test_disclosure_attack.py"
)
attack = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attack)
WARDS = attack.WARDS

#: Column -> what is added to a ward's count; the sums of each borough and of the place stay.
MOVED = {
    "young": {2: 1, 4: -1},
    "old": {2: -1, 4: 1},
    "rare": {4: -1, 7: 1},
    "claims": {1: -1, 2: 1},
    "one": {11: 1, 12: -1},
    "two": {11: -1, 12: 1},
    "ill_2021": {1: 1, 3: -1},
    "visits": {7: -1, 8: 1, 10: 1, 12: -1},  # the last two are shown, to the nearest five
}
#: Addresses that no page links to, or only with JavaScript.
ASKED = (
    "/areas/E05990004", "/areas/E05990007", "/areas/E09990001", "/layers/rare",
    "/trace/rare/E05990004", "/trace/claims_rate/E05990004", "/?layer=rare&area=E05990004",
    "/?level=lad25&layer=rare", "/?layer=rare&find=E05990004", "/find?q=wards+04", "/search?q=rare",
    "/search?q=4", "/rankings?layer=rare", "/rankings?layer=rare&level=lad25&order=value",
    "/compare?areas=E05990004,E05990007", "/together?areas=E05990001,E05990004,E05990007",
    "/trends?layer=ill&areas=E05990001,E05990003", "/relationships?x=rare&y=claims",
    "/suggest.json?q=04", "/snapshots/{id}/weights.json",
    "/snapshots/{id}/layers/rare.svg", "/areas/?q=04", "/layers/?q=rare", "/changes",
    "/readiness", "/embed?layer=rare",
    "/download/layers/rare.csv", "/download/layers/rare.geojson", "/download/map.html?layer=rare",
    "/download/view.csv?layer=rare", "/download/view.svg?layer=rare&level=lad25",
    "/download/areas.csv?level=lad25", "/download/areas/E05990004.zip", "/weights",
    "/download/together.json?areas=E05990001,E05990004,E05990007", "/download/place.json",
    "/snapshots/{id}/things.geojson?layer=rare", "/snapshots/{id}/lines/lad25.geojson",
    "/compare.svg?areas=E05990004,E05990007", "/snapshots/{id}/cells/rare.png",
    "/snapshots/{id}/find.json", "/snapshots/{id}/map.json?layer=rare&area=E05990004",
    "/snapshots/{id}/map.svg?layer=rare", "/snapshots/{id}/tiles/wd25/areas.json",
    "/snapshots/{id}/sketch.json", "/snapshots/{id}/map.json?layer=rare&only=labels",
    "/snapshots/{id}/basemap/none/10/511/340", "/?layer=rare&background=yes",
    "/snapshots/{id}/tiles/wd25/areas/E05990004.json", "/snapshots/{id}/tiles/wd25/10/511/340.mvt",
)  # fmt: skip
#: A name that is not found; what is refused; scores, tiles and points, which are not there.
WITHOUT_AN_ANSWER = (
    "/find", "/download/together", "/compare.", "/weights", "/snapshots/{id}/tiles",
    "/snapshots/{id}/things", "/snapshots/{id}/lines", "/snapshots/{id}/weights",
    "/snapshots/{id}/cells", "/snapshots/{id}/basemap",
)  # fmt: skip
#: Routes that have no figures, or act.
WITHOUT_FIGURES = re.compile(r"^/(_|assets|static|healthz|readyz|favicon|jobs/<)|^/<path:path>$")


def publish(folder, moved):
    """Publish a nasty place; its table has as many bytes whatever its counts."""
    table = attack.write_nasty(folder, 1)
    for column, steps in moved.items():
        for ward, step in steps.items():
            table.loc[ward - 1, column] += step
    text = table.assign(pad="").to_csv(index=False)
    table["pad"] = ["x" * (2000 - len(text)), *[""] * 11]
    table.to_csv(folder / "data/wards.csv", index=False)
    Place.open(folder).build()
    return table


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Two places, and the tables that they were made of."""
    folders = [tmp_path_factory.mktemp("twins") / "place" for _ in range(2)]
    tables = [publish(folders[0], {}), publish(folders[1], MOVED)]
    return folders, tables


def content(folder):
    """Return what a snapshot tells, file by file, without hashes and the time of publishing."""
    found = {}
    for path in sorted((folder / ".placedata/v000001").rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".parquet":
            found[name] = pd.read_parquet(path).to_csv()
        elif path.is_file() and path.name != "manifest.json":
            text = path.read_text("utf-8")
            text = re.sub(r"\b[0-9a-f]{64}\b", "HASH", text)
            found[name] = re.sub(r"v0+1-[0-9a-f]{8}|\b[0-9a-f]{16}\b", "ID", text)
    return found


def test_two_places_that_differ_in_hidden_counts_alone_publish_the_same(twins):
    folders, (one, two) = twins
    assert int((one[list(MOVED)] != two[list(MOVED)]).sum().sum()) == 18
    first, second = content(folders[0]), content(folders[1])
    assert len(first) > 8
    assert {name for name in first if first[name] != second.get(name)} == set()
    manifests = [
        json.loads((folder / ".placedata/v000001/manifest.json").read_text("utf-8"))
        for folder in folders
    ]
    assert set(manifests[0]) == set(manifests[1])


def test_a_figure_that_is_shown_makes_a_difference(twins, tmp_path):
    """The comparison is able: one count that is shown, one more, and the snapshots differ."""
    publish(tmp_path / "place", {"claims": {10: 1}})
    first, other = content(twins[0][0]), content(tmp_path / "place")
    differing = {Path(name).name for name in first if first[name] != other.get(name)}
    assert {"values.parquet", "catalogue.json"} <= differing


@pytest.fixture(scope="module")
def bare(twins):
    """The first place, with every source file of figures taken away."""
    folder = twins[0][0]
    for name in ("wards.csv", "small.csv"):
        (folder / "data" / name).unlink(missing_ok=True)
    return Place.open(folder)


def test_every_file_that_people_take_away_is_made_of_the_snapshot_alone(bare, tmp_path):
    snapshot = bare.snapshot
    for level in snapshot.levels:
        here = snapshot.level(level)
        for kind in TABLES:
            path = tmp_path / f"{level}.{'parquet' if kind == 'geoparquet' else kind}"
            write_table(here, list(here.layers), path)
            assert path.stat().st_size > 0
    cards = [make_scorecard(snapshot, "E05990004"), make_comparison(snapshot, WARDS[3:7])]
    for at, card in enumerate(cards):
        for kind in FORMATS:
            if at and kind == "pptx":
                continue  # there are no slides of comparisons
            assert all(card_files(card, snapshot, kind, "card").values())


def crawled(client, snapshot, most=3):
    """Return address -> answer: those asked for, and where pages lead, a few of each kind."""
    answers, kinds = {}, Counter()
    waiting = [address.replace("{id}", snapshot) for address in [*ASKED, "/"]]
    while waiting:
        address = waiting.pop(0)
        if address in answers:
            continue
        answer = answers[address] = client.get(address)
        if "html" not in (answer.content_type or ""):
            continue
        for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', answer.get_data(as_text=True)):
            found = link.replace("&amp;", "&")
            parts = urlsplit(found)
            names = re.sub(r"=[^&]*", "", parts.query)
            kind = re.sub(r"E0\d+|v0+1-\w+|" + "|".join(attack.LAYERS), "_", parts.path) + names
            kinds[kind] += found not in answers
            if kinds[kind] <= most:
                waiting.append(found)
    return answers


def test_every_page_and_answer_of_the_site_is_made_of_the_snapshot_alone(bare):
    app = create_app(bare)
    client = app.test_client()
    answers = crawled(client, bare.snapshot.id)
    without = tuple(start.replace("{id}", bare.snapshot.id) for start in WITHOUT_AN_ANSWER)
    wrong = {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code >= 400 and not address.startswith(without)
    }
    assert wrong == {}
    adapter = app.url_map.bind("localhost")
    rules = {adapter.match(urlsplit(address).path, return_rule=True)[0].rule for address in answers}
    every = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert {rule for rule in every - rules if not WITHOUT_FIGURES.match(rule)} == set()


def test_commands_tell_what_the_snapshot_tells(bare, tmp_path):
    folder, out = bare.store.parent, tmp_path / "out"
    asked = [
        ("ledger", "rare", "--json"), ("trace", "rare", "E05990004", "--json"),
        ("scorecard", "--area", "E05990004", "--format", "json", "--out", out),
        ("scorecard", "--place-card", "--format", "csv", "--out", out),
        ("export", "--out", out / "all.csv"), ("readiness", "--json"), ("history", "--json"),
    ]  # fmt: skip
    for words in asked:
        run = CliRunner().invoke(command_line, [*map(str, words), "--place", str(folder)])
        assert run.exit_code == 0, (words, run.output)


def test_a_snapshot_is_opened_by_its_folder_alone(bare):
    assert open_snapshot(bare.store, "v000001").id == bare.snapshot.id
