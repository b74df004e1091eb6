"""Search: areas, postcodes, layers, parts of the index and pages by what a person types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request

from dashboard.choices import choices
from dashboard.finding import LONGEST_SEARCH
from dashboard.levels import area_words, level_id
from dashboard.rendering import site_root
from dashboard.served import snapshot_now
from placedata.errors import nearest
from placedata.wording import join_list

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from placedata.snapshot import Snapshot

PATH = "/search"
TITLE = "Search"
#: Hits shown of one kind.
MOST_HITS = 25


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Parameters
    ----------
    title
        What it is called.
    address
        Where it is, below the root of the site.
    note
        What it is.
    """

    title: str
    address: str
    note: str = ""


def register(app: Flask) -> Sequence[str]:
    """Add the page."""

    @app.get(PATH)
    def search() -> str | Response:
        snapshot = snapshot_now()
        asked = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
        found = find(snapshot, asked, _pages()) if asked else {}
        hits = [hit for kind in found.values() for hit in kind]
        if len(hits) == 1:
            return redirect(f"{site_root()}{hits[0].address}", code=303)
        near = "" if hits or not asked else _near(snapshot, asked)
        one, many = area_words(snapshot)
        return render_template(
            "search.html",
            asked=asked,
            found=found,
            near=near,
            most=MOST_HITS,
            kinds=join_list(
                [many, *(["postcodes"] if len(snapshot.postcodes) else []), "layers", "pages"]
            ),
            word=one,
        )

    return ()


def _pages() -> tuple[tuple[str, str], ...]:
    """Return path and title of the pages that are found by their name."""
    pages: tuple[tuple[str, str], ...] = current_app.config["SEARCHED"]
    return pages


def find(
    snapshot: Snapshot, asked: str, pages: Sequence[tuple[str, str]] = ()
) -> dict[str, list[Hit]]:
    """Return what is found by kind, kinds without a hit left out.

    Every word must be in a name, title, description or code; a whole postcode finds its area.
    """
    words = asked.casefold().split()
    found = {
        "Areas": [*_postcode(snapshot, asked), *_areas(snapshot, words)],
        "Scores and layers": _layers(snapshot, words),
        "Pages": [Hit(title, path) for path, title in pages if _fits(words, title)],
    }
    return {kind: hits for kind, hits in found.items() if hits}


def _fits(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _postcode(snapshot: Snapshot, asked: str) -> list[Hit]:
    ward = snapshot.area_of_postcode(asked)
    if ward is None:
        return []
    one, _ = area_words(snapshot)
    note = f"the {one} of the postcode {asked.upper()}"
    return [Hit(snapshot.area_name(ward), f"/areas/{ward}", note)]


def _areas(snapshot: Snapshot, words: list[str]) -> list[Hit]:
    hits = []
    for geography in snapshot.levels:
        at = snapshot.level(geography)
        one, _ = area_words(at)
        names = at.areas["area_name"].items()
        hits += [
            Hit(str(name), f"/areas/{code}", one if level_id(at) else "")
            for code, name in names
            if _fits(words, str(name), str(code))
        ]
    return sorted(hits, key=lambda hit: hit.title.casefold())


def _layers(snapshot: Snapshot, words: list[str]) -> list[Hit]:
    hits = []
    for group in choices(snapshot):
        for choice in group.choices:
            record = snapshot.layers.get(choice.id)
            more = (record.description, record.publisher, record.theme) if record else ()
            if _fits(words, choice.title, choice.id, *more):
                hits.append(Hit(choice.title, f"/?layer={choice.id}", group.title))
    return hits


def _near(snapshot: Snapshot, asked: str) -> str:
    """Return the name that is most like what was asked for, or nothing."""
    names = {str(name).casefold(): str(name) for name in snapshot.areas["area_name"]}
    names |= {record.title.casefold(): record.title for record in snapshot.layers.values()}
    return names.get(nearest(asked.casefold(), names) or "", "")
