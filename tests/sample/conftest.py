from __future__ import annotations

import json
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
def built(sample_place):
    """The sample place of the repository."""
    return sample_place
