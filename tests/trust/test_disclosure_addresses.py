"""No number and no text of a home leaves the store: exports, pages, addresses of pages, logs."""

import csv
import gzip
import io
import json
import logging
import re
import shutil
import subprocess
import zipfile

import pytest
from ruamel.yaml import YAML

from placedata import Place
from placedata.maps.standalone import standalone_map
from placedata.scorecard import make_scorecard
from placedata.scorecard.formats import FORMATS as CARDS
from placedata.scorecard.formats import card_files
from placedata.scorecard.table import FORMATS, write_table
from placedata.snapshot.custom import custom_figures

LAYERS = ("addresses", "addresses_listed", "certified_homes", "energy_efficient_homes")
#: A layer of points whose ids are UPRNs, and one whose file does not say that they are.
POINTS = """\
title: Homes visited
unit: homes
polarity: neutral
statistic: count
apportion: points
source: {{loader: points, file: own/homes.csv, x: X_COORDINATE, y: Y_COORDINATE{more}}}
period: 2025
publisher: N
licence: CC0-1.0
"""
#: Every UPRN of the sample place is like this one.
UPRN = re.compile(rb"9999\d{8}")


def cells(path, encoding="utf-8-sig"):
    """Return the rows of a gzipped table."""
    with gzip.open(path, "rt", encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def homes(repository):
    """UPRNs, addresses and certificate numbers of the sample place's files."""
    listed = cells(repository / "data/addresses/nsul_nov_2025.csv.gz")
    certified = cells(repository / "data/energy/domestic_certificates.csv.gz")
    return {
        "uprns": {row["UPRN"].encode() for row in listed},
        "addresses": {row["address"].encode() for row in certified if row["address"]},
        "certificates": {row["certificate_number"].encode() for row in certified},
    }


@pytest.fixture(scope="module")
def place(repository, tmp_path_factory):
    """The sample place with its layers of homes, and with points that have UPRNs for ids."""
    folder = tmp_path_factory.mktemp("homes") / "place"
    (folder / "layers").mkdir(parents=True)
    (folder / "own").mkdir()
    for name in LAYERS:
        shutil.copy(repository / f"layers/{name}.yaml", folder / f"layers/{name}.yaml")
    rows = cells(repository / "data/addresses/osopenuprn_202511.csv.gz")[::40]
    with (folder / "own/homes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "layers/visited.yaml").write_text(POINTS.format(more=", id: UPRN"), "utf-8")
    (folder / "layers/seen.yaml").write_text(POINTS.format(more=""), "utf-8")
    said = YAML(typ="safe").load((repository / "place.yaml").read_text("utf-8"))
    said = {key: value for key, value in said.items() if key not in {"peers", "scorecard"}}
    said["data_roots"] = {"data": "data", "own": "own"}
    (folder / "place.yaml").write_text(json.dumps(said), "utf-8")
    opened = Place.open(folder, data_roots={"data": repository / "data"})
    opened.build()
    return opened


def unpacked(content):
    """Return the parts of a file: those of an archive, the text of tables, or itself."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    if content[:4] == b"PAR1":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content)).to_pandas()
        return [table.drop(columns="geometry", errors="ignore").to_csv().encode()]
    if content[:4] == b"%PDF":
        command = [shutil.which("pdftotext") or "pdftotext", "-raw", "-", "-"]
        return [subprocess.run(command, input=content, capture_output=True, check=True).stdout]
    return [content]


def told(homes, content):
    """Return what a file tells of single homes."""
    found = set()
    for part in unpacked(content):
        found |= set(UPRN.findall(part)) & homes["uprns"]
        words = {line.strip() for line in re.split(rb'[<>"\n,;|]', part)}
        found |= words & (homes["addresses"] | homes["certificates"])
    return found


def test_the_search_for_homes_finds_those_that_are_there(homes):
    one, text = next(iter(homes["uprns"])), next(iter(homes["addresses"]))
    assert told(homes, b'{"thing": "' + one + b'", "name": "' + text + b'"}') == {one, text}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("sheet.xml", b"<c>" + one + b"</c>")
    assert told(homes, archive.getvalue()) == {one}


def test_no_file_of_a_snapshot_tells_a_home(place, homes):
    files = [path for path in place.snapshot.directory.rglob("*") if path.is_file()]
    files += [place.store / "audit.jsonl"]
    assert len(files) > 8
    assert {path.name: told(homes, path.read_bytes()) for path in files} == {
        path.name: set() for path in files
    }


def test_no_export_tells_a_home(place, homes, tmp_path):
    snapshot = place.snapshot
    found = {}
    for kind in FORMATS:
        path = tmp_path / f"wards.{'parquet' if kind == 'geoparquet' else kind}"
        write_table(snapshot, list(snapshot.layers), path)
        found[kind] = told(homes, path.read_bytes())
    card = make_scorecard(snapshot, "E05990001")
    cards = set(CARDS) if shutil.which("pdftotext") else set(CARDS) - {"pdf"}
    for kind in cards:
        for name, content in card_files(card, snapshot, kind, "card").items():
            assert "".join(part.decode(errors="replace") for part in unpacked(content))
            found[f"card {name}"] = told(homes, content)
    alone = standalone_map(snapshot, list(snapshot.layers)).html
    found["map"] = told(homes, alone.encode())
    codes = list(snapshot.areas.index[:3])
    found["several"] = told(homes, custom_figures(snapshot, codes).to_csv().encode())
    assert len(found) >= len(FORMATS) + len(cards) + 2
    assert set().union(*found.values()) == set()


def test_no_trace_tells_a_home(place, homes):
    snapshot = place.snapshot
    for layer in snapshot.layers:
        for code in snapshot.areas.index:
            trace = snapshot.trace(layer, str(code)).document
            assert told(homes, json.dumps(trace).encode()) == set()
    rows = snapshot.trace("certified_homes", "E05990001").rows
    assert [row["role"] for row in rows] == ["together"]


def test_no_page_no_address_of_a_page_and_no_log_tells_a_home(place, homes, caplog):
    from dashboard.app import create_app

    caplog.set_level(logging.DEBUG)
    client = create_app(place).test_client()
    area, version = "E05990001", place.snapshot.id
    asked = ["/", "/layers/", "/areas/", f"/areas/{area}", "/about", "/download/areas.xlsx"]
    for layer in place.snapshot.layers:
        asked += [f"/layers/{layer}", f"/trace/{layer}/{area}", f"/download/layers/{layer}.csv"]
        asked += [f"/snapshots/{version}/map.json?layer={layer}&area={area}"]
    for path in asked:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert told(homes, answer.data) == set(), path
        links = re.findall(rb'(?:href|src|action)="([^"]*)"', answer.data)
        assert not [link for link in links if UPRN.search(link)], path
    assert told(homes, caplog.text.encode()) == set()
