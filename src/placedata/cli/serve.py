"""``placedata serve``: the dashboard in the browser."""

from __future__ import annotations

import importlib.metadata
import sys
from typing import Annotated

import typer

from placedata.cli.console import progress, put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Store
from placedata.errors import PlaceDataError

WEB = "placedata.web"


@reported
def serve(
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8050,
    public: Annotated[
        bool, typer.Option("--public", help="Allow an address that others can reach.")
    ] = False,
    prefix: Annotated[
        str, typer.Option(metavar="PATH", help="Path of another site to live under, as /wards.")
    ] = "",
    behind_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-proxy",
            help="Believe the X-Forwarded headers: only where everybody comes through a proxy.",
        ),
    ] = False,
    build: Annotated[
        bool, typer.Option("--build/--no-build", help="Build first, where anything has changed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Serve the dashboard until stopped with Ctrl+C; with --json its address is one document."""
    opened = open_place(place, data_root, store)
    if build:
        with progress(quiet=False) as tell:
            built = opened.build(progress=tell)
        say(f"Snapshot {built.snapshot.id} of {built.snapshot.place['name']}.")
    found = importlib.metadata.entry_points(group=WEB)
    if not found:
        msg = "the dashboard is not installed: install placedata with its dashboard folder"
        raise PlaceDataError(msg)
    run = next(iter(found)).load()
    run(
        opened,
        host=host,
        port=port,
        public=public,
        mounting=(prefix, behind_proxy),
        on_ready=_put_ready if as_json else _ready,
    )


def _put_ready(url: str) -> None:
    put({"url": url})
    sys.stdout.flush()


def _ready(url: str) -> None:
    say(f"The dashboard is at {url} (stop it with Ctrl+C).")
