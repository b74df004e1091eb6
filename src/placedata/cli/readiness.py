"""``placedata readiness``: which figures can be relied on, and what would improve them most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Store

if TYPE_CHECKING:
    from datetime import date

    from placedata.snapshot import Snapshot
    from placedata.snapshot.readiness import Readiness

Day = Annotated[
    str | None,
    typer.Option("--on", help="Judge age on this day [default: today].", metavar="YYYY-MM-DD"),
]


@reported
def readiness(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Tell how good each layer is, and what would improve the place's data most."""
    from placedata.errors import UsageError
    from placedata.snapshot.readiness import readiness as ready

    snapshot = open_place(place, data_root, store).snapshot
    found = ready(snapshot, _day(on))
    if found.unjudged:
        raise UsageError(
            "the snapshot was built by an older placedata and has no grades: placedata build "
            "--force makes one that has"
        )
    if as_json:
        put(_document(snapshot, found))
        return
    _tell(snapshot, found)


def _day(text: str | None) -> date:
    """Return the day asked for, else today in UTC."""
    from datetime import UTC, date, datetime

    from placedata.errors import UsageError

    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--on {text!r}: a day such as 2026-11-22") from None


def _document(snapshot: Snapshot, found: Readiness) -> dict[str, Any]:
    """Return everything as one document."""
    from placedata.snapshot.readiness import table_rows

    return {
        "place": snapshot.place["name"],
        "snapshot": snapshot.id,
        "day": found.day.isoformat(),
        "grades": found.grades,
        "index_share": found.weights,
        "ages": found.ages,
        "advice": list(found.advice),
        "components": [
            {"id": item.id, "title": item.title, "index_share": item.weight,
             "weakness": item.weakness, "effect": item.effect, "grades": item.grades}
            for item in found.components
        ],
        "without_a_layer": [item.title for item in found.missing],
        "layers": table_rows(found),
        "warnings": list(found.warnings),
    }  # fmt: skip


def _tell(snapshot: Snapshot, found: Readiness) -> None:
    """Print the layers, then what would improve them."""
    from placedata.trust.quality import IN_WORDS
    from placedata.wording import join_list, plural

    say(f"{snapshot.place['name']}, snapshot {snapshot.id}, judged on {found.day.isoformat()}")
    for item in found.layers:
        share = f"{item.weight:6.1%}" if item.weight is not None else "   map"
        badge = item.quality["staleness"]["badge"]
        held = ", ".join(item.quality["limiting"])
        typer.echo(f"{item.grade}  {share}  {badge:13}  {item.record.id:30}  {held}".rstrip())
    counts = [f"{number} {grade} ({IN_WORDS[grade]})" for grade, number in found.grades.items()]
    typer.echo(f"{plural(len(found.layers), 'layer')}: {join_list(counts)}")
    if found.missing:
        titles = join_list([item.title for item in found.missing])
        typer.echo(f"Components without a layer: {titles}")
    if found.advice:
        typer.echo("What would improve it most:")
    for at, told in enumerate(found.advice[:10], start=1):
        typer.echo(f"{at:3}. {told.title}: {' '.join(told.do)} {told.why}")
    if found.warnings:
        many = plural(len(found.warnings), "warning")
        typer.echo(f"The build found {many}; placedata readiness --json tells each.")
