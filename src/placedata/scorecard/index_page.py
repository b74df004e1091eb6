"""The first page of a folder of cards: every area with its files, to be searched offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from placedata.geography import area_nouns
from placedata.maps.offline import content_policy, refuse_addresses
from placedata.scorecard.blocks import ROUNDING, score_text
from placedata.wording import plural

if TYPE_CHECKING:
    from jinja2 import Template

    from placedata.scorecard.batch import Batch, Made
    from placedata.snapshot import Snapshot

NAME = "index.html"


def index_page(batch: Batch, snapshot: Snapshot, more: Sequence[tuple[str, str]] = ()) -> str:
    """Return the page as one HTML file; without its script it is the whole list.

    Parameters
    ----------
    more
        (file name, words) of files about all areas.

    Raises
    ------
    PlaceDataError
        Something in the page would be fetched from elsewhere.
    """
    from markupsafe import Markup

    style, script = _read("index.css"), _read("index.js")
    scores = _scores(snapshot)
    links = [{"area_code": m.area_code, "area_name": m.area_name, "links": _links(m)}
             for m in batch.made if not m.reason]  # fmt: skip
    text = _template().render(
        title=f"Scorecards of {snapshot.place['name']}",
        snapshot=snapshot,
        place=snapshot.place,
        nouns=area_nouns(snapshot.place["geography"], snapshot.areas.index),
        made=sorted(links, key=lambda item: str(item["area_name"]).casefold()),
        failed=batch.failed,
        scored=bool(scores),
        scores=scores,
        more=more,
        rounding=ROUNDING,
        policy=Markup(content_policy([script], [style])),  # noqa: S704  our own texts
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
    )
    refuse_addresses(text)
    return text


def _links(made: Made) -> list[tuple[str, str]]:
    """Return the files of a card with the word for each; metadata stand beside their CSV."""
    return [
        (name, name.rsplit(".", 1)[-1].upper())
        for name in made.files
        if not name.endswith(".csv-metadata.json")
    ]


def _scores(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Return the score and rank of each area as they are shown; nothing without an index."""
    if snapshot.scores.empty:
        return {}
    table = snapshot.score_table(snapshot.framework.top.id)
    made = {}
    for code, row in table.iterrows():
        there = row["score"] == row["score"]
        rank = f"{int(row['rank'])}" if there else "not ranked"
        made[str(code)] = (score_text(float(row["score"]) if there else None), rank)
    return made


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("placedata.scorecard", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plural"] = plural
    return environment.get_template("index.html")


def _read(name: str) -> str:
    text = resources.files("placedata.scorecard").joinpath(f"templates/{name}").read_text("utf-8")
    return text.replace("\r\n", "\n")
