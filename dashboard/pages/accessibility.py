"""The accessibility statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template

if TYPE_CHECKING:
    from flask import Flask

PATH = "/accessibility"
TITLE = "Accessibility statement"


def register(app: Flask) -> Sequence[str]:
    """Add the page; it is there before anything is built."""

    @app.get(PATH)
    def accessibility() -> str:
        return render_template("accessibility.html", title=TITLE)

    return ()
