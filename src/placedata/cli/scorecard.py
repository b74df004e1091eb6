"""``placedata scorecard``: the card of a ward, of all, of several as one, or side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from placedata.cli.console import progress, put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Quiet, Store
from placedata.errors import PlaceDataError, Problem, UsageError, nearest

if TYPE_CHECKING:
    from placedata.scorecard import Comparison, Scorecard
    from placedata.scorecard.batch import Batch
    from placedata.snapshot import Snapshot

FORMATS = ("html", "pdf", "xlsx", "csv", "json", "pptx")
MOST_JOBS = 32


@reported
def scorecard(
    area: Annotated[
        str, typer.Option("--area", "-a", help="Area code or name, 'all', or 'place'.")
    ] = "",
    wards: Annotated[
        str, typer.Option(help="Codes or names with commas: one card of them together.")
    ] = "",
    name: Annotated[str, typer.Option(help="What the area of --wards is called.")] = "",
    compare: Annotated[
        str, typer.Option(help="Two to six codes or names with commas, side by side.")
    ] = "",
    place_card: Annotated[
        bool, typer.Option("--place-card", help="The card of the whole place.")
    ] = False,
    formats: Annotated[
        str, typer.Option("--format", "-f", help=f"{', '.join(FORMATS)}; several with commas.")
    ] = "html",
    out: Annotated[str, typer.Option(help="Folder to write to.")] = "scorecards",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=MOST_JOBS, help="Processes for --area all.")
    ] = 1,
    snapshot: Annotated[
        str, typer.Option(help="Id of an older snapshot [default: the one served].")
    ] = "",
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write scorecards: of one area, of all, of several as one or side by side, of the place.

    With 'all', cards that are there already from the same snapshot are kept; an index page and a
    ZIP are written beside them; a card that cannot be made is told at the end (exit code 1).
    """
    asked = {"--area": area, "--wards": wards, "--compare": compare}
    given = [key for key, value in asked.items() if value] + ["--place-card"] * place_card
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        problem = Problem(
            "command line", "area", found, "one of --area, --wards, --compare, --place-card"
        )
        raise UsageError("one thing must be asked for", [problem])
    opened = open_place(place, data_root, store)
    shown = _snapshot(opened, snapshot)
    kinds, folder = chosen(formats), Path(out)
    if area.lower() == "all":
        with progress(quiet=quiet or as_json) as tell:
            batch, more = write_all(shown, kinds, folder, jobs, tell)
        _tell_batch(shown, batch, more, as_json=as_json, quiet=quiet)
        if batch.failed:
            raise typer.Exit(1)
        return
    card, level = _card(shown, area if not place_card else "place", wards, name, compare)
    written = _write(card, level, kinds, folder)
    if as_json:
        put({"snapshot": shown.id, "files": [path.as_posix() for path in written]})
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


def _snapshot(opened: Any, identifier: str) -> Snapshot:  # noqa: ANN401  Place, imported late
    """Return the snapshot that is served, or an older one by its id."""
    from placedata.snapshot import open_snapshot

    if not identifier:
        return opened.snapshot
    found = open_snapshot(opened.store, identifier.split("-", maxsplit=1)[0])
    if identifier not in {found.id, found.directory.name}:
        problem = Problem("command line", "--snapshot", repr(identifier), found.id)
        raise PlaceDataError(f"there is no snapshot {identifier!r}", [problem])
    return found


def write_all(
    snapshot: Snapshot,
    kinds: list[str],
    folder: Path,
    jobs: int,
    tell: Any,  # noqa: ANN401
) -> tuple[Batch, list[Path]]:
    """Write every card, the index page, the ZIP, and for XLSX and CSV the table of all areas."""
    from placedata.scorecard.folder import write_folder

    return write_folder(snapshot, kinds, folder, jobs=jobs, tell=tell)


def _tell_batch(
    snapshot: Snapshot, batch: Batch, more: list[Path], *, as_json: bool, quiet: bool
) -> None:
    kept = sum(item.kept for item in batch.made)
    if as_json:
        put({
            "snapshot": snapshot.id,
            "files": [path.as_posix() for path in (*batch.files, *more)],
            "kept": kept,
            "failed": [{"area": item.area_code, "reason": item.reason} for item in batch.failed],
        })  # fmt: skip
        return
    for item in batch.failed:
        say(f"Not made: {item.area_name} ({item.area_code}): {item.reason}")
    if quiet:
        return
    made = len(batch.made) - len(batch.failed) - kept
    said = f"{made} of {len(batch.made)} cards made in {batch.folder}"
    said += f", {kept} kept" if kept else ""
    say(f"{said}; {' and '.join(path.name for path in more)} beside them.")


def _card(
    snapshot: Snapshot, area: str, wards: str, name: str, compare: str
) -> tuple[Scorecard | Comparison, Snapshot]:
    """Return the card asked for, and the snapshot of its level."""
    from placedata.scorecard import make_comparison, make_custom, make_place_card, make_scorecard

    if area.lower() == "place":
        return make_place_card(snapshot), snapshot
    if area:
        level, code = _found(snapshot, area)
        return make_scorecard(level, code), level
    found = [_found(snapshot, item.strip()) for item in (wards or compare).split(",")]
    level = found[0][0]
    codes = [code for _, code in found]
    if wards:
        return make_custom(level, codes, name), level
    return make_comparison(level, codes), level


def _found(snapshot: Snapshot, area: str) -> tuple[Snapshot, str]:
    """Return the level of an area and its code, from its code or name."""
    for level in map(snapshot.level, snapshot.levels):
        names = level.areas["area_name"].str.lower()
        if area in level.areas.index:
            return level, area
        if (names == area.lower()).any():
            return level, str(level.areas.index[names == area.lower()][0])
    snapshot.area_name(area)  # tells the nearest
    return snapshot, area


def _write(
    card: Scorecard | Comparison, snapshot: Snapshot, kinds: list[str], folder: Path
) -> list[Path]:
    from placedata.scorecard.batch import card_stem
    from placedata.scorecard.batch import put as put_file
    from placedata.scorecard.formats import card_files

    folder.mkdir(parents=True, exist_ok=True)
    title = getattr(card, "title", None) or card.area_name  # type: ignore[union-attr]
    code = "comparison" if hasattr(card, "cards") else card.area_code
    written = []
    for kind in kinds:
        for file_name, content in card_files(card, snapshot, kind, card_stem(code, title)).items():
            put_file(folder / file_name, content)
            written.append(folder / file_name)
    return written
