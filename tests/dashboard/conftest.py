"""A built toyborough and its web application, made once."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def place(built_toyborough: Any) -> Any:
    return built_toyborough()


@pytest.fixture(scope="session")
def application(place: Any) -> Any:
    from dashboard.app import create_app

    return create_app(place)


@pytest.fixture(scope="session")
def boroughs(toyborough: ModuleType, built_toyborough: Any) -> Any:
    """The application of a place with a second level."""
    from dashboard.app import create_app

    return create_app(built_toyborough("boroughs", toyborough.LEVELS))


@pytest.fixture
def client(application: Any) -> Any:
    return application.test_client()
