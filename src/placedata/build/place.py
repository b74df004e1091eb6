"""Build a place: each layer after those it needs, then scores, then one atomic publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata.build.inputs import Hashes, layer_keys, place_key
from placedata.build.publish import write_snapshot
from placedata.build.reuse import reused_layers
from placedata.catalog import needed
from placedata.errors import DataError, PlaceDataError, Problem
from placedata.layers import Ground, Layer, build_layer
from placedata.snapshot import Snapshot, open_snapshot
from placedata.stores.files import current_version, locked, publish_version

if TYPE_CHECKING:
    from pathlib import Path

    from placedata.catalog import Catalog

#: Told what is being done, how much is done and how much there is.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Built:
    """What a build came to.

    Parameters
    ----------
    snapshot
        The snapshot that is served now.
    changed
        Whether it is a new one.
    layers
        Layers built anew.
    reused
        Layers taken over, since nothing that they depend on has changed.
    """

    snapshot: Snapshot
    changed: bool
    layers: int
    reused: int


def build_place(
    catalog: Catalog, store: Path, *, force: bool = False, progress: Progress = silent
) -> Built:
    """Build what has changed and publish a snapshot.

    Raises
    ------
    DataError
        With the problems of every layer that cannot be built; nothing is published and the
        snapshot served before stays.
    LockedError
        Another build of the same place is running.
    """
    with locked(store):
        hashes = Hashes(store)
        keys = layer_keys(catalog, hashes)
        key = place_key(catalog, keys)
        previous = _previous(store)
        hashes.save()
        if previous is not None and not force and previous.manifest.get("key") == key:
            return Built(previous, changed=False, layers=0, reused=len(keys))
        kept = {} if force else reused_layers(catalog, previous, keys)
        ground = Ground(catalog)
        layers = build_layers(catalog, ground, kept=kept, progress=progress)
        progress("scores and snapshot", len(layers), len(layers))
        name = publish_version(
            store, lambda folder: write_snapshot(folder, ground, layers, keys, key)
        )
    return Built(
        open_snapshot(store, name), changed=True, layers=len(layers) - len(kept), reused=len(kept)
    )


def _previous(store: Path) -> Snapshot | None:
    """Return the snapshot that is served, if it can be read and is undamaged."""
    if current_version(store) is None:
        return None
    try:
        return open_snapshot(store, check=True)
    except PlaceDataError:
        return None


def build_layers(
    catalog: Catalog,
    ground: Ground,
    *,
    kept: dict[str, Layer] | None = None,
    progress: Progress = silent,
) -> dict[str, Layer]:
    """Return every layer of a place, built or kept; raise the problems of all of them at once."""
    problems: list[Problem] = []
    failed: set[str] = set()
    last_use = _last_uses(catalog)
    for done, (name, entry) in enumerate(catalog.layers.items()):
        progress(name, done, len(catalog.layers))
        if kept and name in kept:
            ground.layers[name] = kept[name]
            continue
        if failed & set(needed(entry.definition)):
            failed.add(name)
            continue
        try:
            ground.layers[name] = build_layer(entry, ground)
        except PlaceDataError as error:
            failed.add(name)
            problems += error.problems or [entry.document.problem((), error.message)]
        for other in [key for key, at in last_use.items() if at == done]:
            ground.forget(other)
    if problems:
        count = len(failed)
        msg = f"{count} layer{'s' if count != 1 else ''} cannot be built; nothing is published"
        raise DataError(msg, dict.fromkeys(problems))
    return ground.layers


def _last_uses(catalog: Catalog) -> dict[str, int]:
    """Return layer id -> position of the last layer that reads its observations."""
    last: dict[str, int] = {}
    for position, (name, entry) in enumerate(catalog.layers.items()):
        for layer in [name, *needed(entry.definition)]:
            last[layer] = position
    return last
