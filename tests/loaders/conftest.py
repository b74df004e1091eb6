"""A data root to write small files into, and one way to ask a loader for its observations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from placedata.errors import DataError
from placedata.files import Roots
from placedata.loaders import get_loader
from placedata.observations import Observations, Request


class Desk:
    """Writes files under the data root ``data`` and runs loaders on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots = Roots({"data": folder})

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return f"data/{name}"

    def ask(self, loader: str, source: dict[str, Any], **request: Any) -> Observations:
        module = get_loader(loader)
        return module.read(module.Source(**source), Request("layer", self.roots, **request))

    def refused(self, loader: str, source: dict[str, Any], **request: Any) -> str:
        with pytest.raises(DataError) as caught:
            self.ask(loader, source, **request)
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def balanced() -> Callable[[Observations], dict[str, int]]:
    """Check that a ledger balances by counting, and return what was rejected."""

    def check(observations: Observations) -> dict[str, int]:
        ledger = observations.ledger
        assert ledger.rows_in == ledger.used + sum(ledger.rejected.values())
        return dict(ledger.rejected)

    return check
