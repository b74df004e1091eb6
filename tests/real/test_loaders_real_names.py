"""Loader ``table`` on the published map of borough scores, whose areas have names and no codes."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from placedata.errors import DataError
from placedata.files import Roots
from placedata.loaders import get_loader
from placedata.observations import Request

pytestmark = pytest.mark.real

SCORES = "london/indicators/spi_2018_boroughs.geojson"
BOROUGHS = "london/boundaries/london-2021-lad22-gen20.zip"
SOURCE = {
    "file": SCORES,
    "area": "NAME",
    "names": BOROUGHS,
}


def ask(real_data: Path, source, value: str):
    module = get_loader("table")
    roots = Roots({"london": real_data / "london"})
    return module.read(module.Source(**source), Request("layer", roots, value=value))


@pytest.mark.parametrize("value", ["hw2018", "ps2018", "MLE2018"])
def test_every_borough_s_score_is_read_under_its_code(real_data, value):
    seen = ask(real_data, SOURCE, value)
    known = gpd.read_file(real_data / BOROUGHS, ignore_geometry=True)
    codes = {
        name.upper(): code for name, code in zip(known["LAD22NM"], known["LAD22CD"], strict=True)
    }
    raw = json.loads((real_data / SCORES).read_text())["features"]
    expected = {codes[f["properties"]["NAME"]]: f["properties"][value] for f in raw}
    assert dict(zip(seen.table["area_code"], seen.table["value"], strict=True)) == expected
    assert (seen.ledger.rows_in, seen.ledger.used, seen.geography) == (32, 32, "lad22")
    assert seen.ledger.rejected == {}


def test_without_the_names_it_is_refused_since_it_has_no_codes(real_data):
    with pytest.raises(DataError, match="no column of area codes"):
        ask(real_data, {"file": SCORES}, "hw2018")
