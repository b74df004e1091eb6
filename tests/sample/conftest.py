from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def committed():
    return ROOT / "data"


@pytest.fixture(scope="session")
def truth(committed):
    return json.loads((committed / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    from placedata.sample import make_sample

    directory = tmp_path_factory.mktemp("sample")
    summary = make_sample(directory)
    return directory, summary


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sample place of the repository, built into a folder of its own."""
    from placedata.place import Place

    directory = tmp_path_factory.mktemp("aldermarsh")
    shutil.copy(ROOT / "place.yaml", directory)
    shutil.copytree(ROOT / "layers", directory / "layers")
    shutil.copytree(ROOT / "data", directory / "data")
    place = Place.open(directory, store=directory / ".placedata")
    place.build()
    return place
