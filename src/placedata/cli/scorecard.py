"""``placedata scorecard``: one ward's scorecard, or every ward's, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import (
    DataRoots,
    Json,
    PlaceDir,
    Quiet,
    Store,
    progress,
    put,
    reported,
    say,
)
from placedata.cli.opening import open_place
from placedata.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    from placedata.scorecard import Scorecard
    from placedata.snapshot import Snapshot

FORMATS = ("html", "csv", "json", "xlsx")


@reported
def scorecard(
    area: Annotated[str, typer.Option("--area", "-a", help="Area code or name, or 'all'.")],
    formats: Annotated[
        str, typer.Option("--format", "-f", help="html, csv, json, xlsx; several with commas.")
    ] = "html",
    out: Annotated[str, typer.Option(help="Folder to write to.")] = "scorecards",
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the scorecard of one ward, or of every ward; xlsx is one sheet of all wards."""
    snapshot = open_place(place, data_root, store).snapshot
    kinds = chosen(formats)
    snapshot, codes = _areas(snapshot, area)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with progress(quiet=quiet or as_json) as tell:
        for done, code in enumerate(codes):
            tell(snapshot.area_name(code), done, len(codes))
            written += _write(snapshot, code, [kind for kind in kinds if kind != "xlsx"], folder)
    if "xlsx" in kinds:
        from placedata.scorecard.xlsx import to_xlsx

        path = folder / f"wards-{snapshot.id}.xlsx"
        path.write_bytes(to_xlsx(snapshot))
        written.append(path)
    if as_json:
        put({"snapshot": snapshot.id, "files": [path.as_posix() for path in written]})
    elif not quiet:
        say(f"{len(written)} file{'s' if len(written) != 1 else ''} written to {out}.")


def chosen(formats: str) -> list[str]:
    """Return the formats asked for; UsageError names those that there are not."""
    kinds = [item.strip().lower() for item in formats.split(",") if item.strip()]
    unknown = [kind for kind in kinds if kind not in FORMATS]
    if unknown or not kinds:
        problems = [
            Problem(
                "command line",
                "--format",
                repr(kind),
                ", ".join(FORMATS),
                suggestion=nearest(kind, FORMATS),
            )
            for kind in unknown or [""]
        ]
        raise UsageError("a format is not known", problems)
    return list(dict.fromkeys(kinds))


def _areas(snapshot: Snapshot, area: str) -> tuple[Snapshot, list[str]]:
    """Return the level of the area asked for, and its code; all codes of the wards for ``all``."""
    if area.lower() == "all":
        return snapshot, list(snapshot.areas.index)
    for level in map(snapshot.level, snapshot.levels):
        names = level.areas["area_name"].str.lower()
        if area in level.areas.index or (names == area.lower()).any():
            found = level.areas.index[names == area.lower()]
            return level, [area if area in level.areas.index else str(found[0])]
    snapshot.area_name(area)  # tells the nearest
    return snapshot, []


def _write(snapshot: Snapshot, code: str, kinds: list[str], folder: Path) -> list[Path]:
    from placedata.scorecard import make_scorecard

    card = make_scorecard(snapshot, code)
    makers = {"html": lambda card: card.to_html(snapshot), "csv": _csv, "json": _json}
    written = []
    for kind in kinds:
        path = folder / f"{code}.{kind}"
        path.write_text(makers[kind](card), "utf-8", newline="")
        written.append(path)
    return written


def _csv(card: Scorecard) -> str:
    return card.to_csv()


def _json(card: Scorecard) -> str:
    return card.to_json()
