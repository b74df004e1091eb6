"""The catalogue of layers: search, theme, publisher, and what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request

from dashboard.served import snapshot_now

if TYPE_CHECKING:
    from flask import Flask

    from placedata.snapshot import LayerRecord

PATH = "/layers/"
TITLE = "Layers"
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Filters:
    """What the catalogue is narrowed to; empty means everything."""

    words: str
    theme: str
    publisher: str

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.words or self.theme or self.publisher)

    def keep(self, record: LayerRecord) -> bool:
        """Whether a layer fits: every word somewhere in it, and the theme and publisher asked."""
        text = " ".join(
            [record.id, record.title, record.description, record.theme, record.publisher,
             record.unit, record.component or ""]
        ).casefold()  # fmt: skip
        return (
            all(word in text for word in self.words.casefold().split())
            and self.theme in ("", record.theme)
            and self.publisher in ("", record.publisher)
        )


def register(app: Flask) -> Sequence[str]:
    """Add the catalogue."""

    @app.get(PATH)
    def layers() -> str:
        snapshot = snapshot_now()
        records = list(snapshot.layers.values())
        themes = list(dict.fromkeys(record.theme for record in records))
        publishers = sorted({record.publisher for record in records})
        notices: list[str] = []
        asked = Filters(
            request.args.get("q", "")[:LONGEST_SEARCH].strip(),
            _one_of("theme", themes, notices),
            _one_of("publisher", publishers, notices),
        )
        return render_template(
            "layers.html",
            found=[record for record in records if asked.keep(record)],
            total=len(records),
            asked=asked,
            themes=themes,
            publishers=publishers,
            notices=tuple(notices),
        )

    return ()


def _one_of(name: str, known: Sequence[str], notices: list[str]) -> str:
    """Return what the address asks for, or nothing where it is not there, which is told."""
    asked = request.args.get(name, "")
    if asked and asked not in known:
        notices.append(f"There is no {name} ‘{asked[:LONGEST_SEARCH]}’; all are shown.")
        return ""
    return asked
