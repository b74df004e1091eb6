"""``placedata layers`` and ``placedata export``: what there is, and taking it away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, LayerIds, PlaceDir, Quiet, Store
from placedata.errors import Problem, UsageError, nearest


@reported
def layers(
    search: Annotated[str | None, typer.Argument(help="Only layers whose text holds this.")] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """List the layers of the published snapshot."""
    snapshot = open_place(place, data_root, store).snapshot
    wanted = (search or "").lower()
    found = [
        record
        for record in snapshot.layers.values()
        if wanted in f"{record.id} {record.title} {record.theme} {record.publisher}".lower()
        or wanted in record.description.lower()
    ]
    if as_json:
        put({"snapshot": snapshot.id, "layers": found})
        return
    if not found:
        say(f"No layer holds {search!r}." if search else "There is no layer.")
        return
    width = max(len(record.id) for record in found)
    for record in found:
        good = record.polarity.replace("_", " ")
        typer.echo(
            f"{record.id:<{width}}  {record.title} ({record.unit}; {good}; {record.latest}; "
            f"{record.coverage:.0%} of wards)"
        )
    for record in found if len(found) == 1 else [one for one in found if one.id == search]:
        typer.echo(f"{record.id}, more closely:" if len(found) > 1 else "More closely:")
        for part, words in record.errors.items():
            typer.echo(f"  error, {part}: {words}")
        for change in record.breaks:
            typer.echo(f"  edition: {change['from']} to {change['to']} from {change['period']} on")


@reported
def export(
    layer: LayerIds = None,
    kind: Annotated[
        str, typer.Option("--format", "-f", help="csv, xlsx, geojson, gpkg or geoparquet.")
    ] = "csv",
    out: Annotated[str, typer.Option(help="Folder to write to.")] = "export",
    share_alike: Annotated[
        str,
        typer.Option(
            help="Layers from ODbL data: 'notice' says so in the file, 'leave-out' leaves them out."
        ),
    ] = "notice",
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the ward figures of layers, and the scores, to one file."""
    from placedata.scorecard.columns import SHARE_ALIKE
    from placedata.scorecard.table import FORMATS, write_table
    from placedata.wording import plural

    snapshot = open_place(place, data_root, store).snapshot
    _refuse_unknown("--format", kind, FORMATS)
    _refuse_unknown("--share-alike", share_alike, SHARE_ALIKE)
    chosen = [snapshot.layer(name).id for name in layer or snapshot.layers]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    ending = "parquet" if kind == "geoparquet" else kind
    path = folder / f"wards-{snapshot.id}.{ending}"
    written = write_table(snapshot, chosen, path, share_alike=share_alike)
    shared = [name for name in chosen if snapshot.layer(name).share_alike]
    if share_alike != "notice":
        chosen = [name for name in chosen if name not in shared]
    if as_json:
        put({"snapshot": snapshot.id, "file": path.as_posix(), "layers": chosen,
             "files": [item.as_posix() for item in written], "share_alike": shared})  # fmt: skip
    elif not quiet:
        say(f"{plural(len(chosen), 'layer')} of {len(snapshot.areas)} wards written to {path}.")
        if shared:
            done = "carry its notice" if share_alike == "notice" else "are left out"
            say(f"Layers under a share-alike licence (ODbL) {done}: {', '.join(shared)}.")


def _refuse_unknown(option: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        problem = Problem(
            "command line", option, repr(given), ", ".join(allowed),
            suggestion=nearest(given, allowed),
        )  # fmt: skip
        what = "a format" if option == "--format" else f"what {option} asks for"
        raise UsageError(f"{what} is not known", [problem])
