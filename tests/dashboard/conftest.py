"""A built toyborough and its web application, made once."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def toyborough() -> ModuleType:
    """The module that writes the place and knows its figures."""
    path = Path(__file__).parent / "toyborough.py"
    spec = importlib.util.spec_from_file_location("toyborough", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def place(toyborough: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from placedata import Place

    opened = Place.open(toyborough.write_place(tmp_path_factory.mktemp("web") / "toyborough"))
    opened.build()
    return opened


@pytest.fixture(scope="session")
def application(place: Any) -> Any:
    from dashboard.app import create_app

    return create_app(place)


@pytest.fixture(scope="session")
def boroughs(toyborough: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The application of a place with a second level."""
    from dashboard.app import create_app
    from placedata import Place

    folder = tmp_path_factory.mktemp("web") / "boroughs"
    opened = Place.open(toyborough.write_place(folder, toyborough.LEVELS))
    opened.build()
    return create_app(opened)


@pytest.fixture
def client(application: Any) -> Any:
    return application.test_client()
