"""Build a place: each layer after those it needs, then scores, then one atomic publish."""

from __future__ import annotations

import contextlib
import gc
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.build.backgrounds import background_problems
from placedata.build.disclosing import disclosed
from placedata.build.earlier import kept_versions
from placedata.build.inputs import Hashes, layer_keys, place_key, whole_inputs
from placedata.build.publish import write_snapshot
from placedata.build.reuse import reused_layers
from placedata.catalog import needed
from placedata.errors import DataError, PlaceDataError, Problem, UsageError
from placedata.files import keeping
from placedata.layers import Ground, Layer, build_layer
from placedata.snapshot import Snapshot, open_snapshot
from placedata.stores.audit import add_line
from placedata.stores.files import current_version, locked, publish_version, read_manifest
from placedata.trust.gate import imbalances, refuse, with_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    catalog: Catalog,
    store: Path,
    *,
    force: bool = False,
    allow_imbalance: str | None = None,
    progress: Progress = silent,
) -> Built:
    """Build what has changed and publish a snapshot.

    Parameters
    ----------
    force
        Build everything again.
    allow_imbalance
        Why layers are published that do not balance; kept in the manifest and in their notes.

    Raises
    ------
    DataError
        With the problems of every layer that cannot be built or does not balance; nothing is
        published and the snapshot served before stays.
    UsageError
        The reason for an imbalance is empty.
    LockedError
        Another build of the same place is running.
    """
    if allow_imbalance is not None and not allow_imbalance.strip():
        raise UsageError("--allow-imbalance needs a reason in words")
    with locked(store), seldom_collected():
        hashes = Hashes(store)
        keys = layer_keys(catalog, hashes)
        key = place_key(catalog, keys)
        previous = _previous(store)
        hashes.save()
        if previous is not None and not force and previous.manifest.get("key") == key:
            return Built(previous, changed=False, layers=0, reused=len(keys))
        kept = {} if force else reused_layers(catalog, previous, keys)
        ground = Ground(catalog)
        layers, allowed = balanced(
            catalog, _all_layers(catalog, ground, kept, progress), allow_imbalance
        )
        layers = disclosed(catalog, ground, layers, kept_versions(store))
        progress("scores and snapshot", len(layers), len(layers))
        said = {"inputs": whole_inputs(catalog, hashes), **allowed}
        name = publish_version(
            store, lambda folder: {**write_snapshot(folder, ground, layers, keys, key), **said}
        )
        _record(store, name, allow_imbalance if allowed else None)
    return Built(
        open_snapshot(store, name), changed=True, layers=len(layers) - len(kept), reused=len(kept)
    )


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles of forgotten things more seldom: tables are freed without, at once.

    Of a build it took one second in fourteen.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _record(store: Path, name: str, reason: str | None) -> None:
    """Tell the audit log of a new version, and of the permission that it needed."""
    content = read_manifest(store, name)["content"]
    add_line(store, "build", name, content)
    if reason is not None:
        add_line(store, "allow-imbalance", name, content, reason=reason)


@contextlib.contextmanager
def preview(
    catalog: Catalog, ground: Ground, layers: Mapping[str, Layer], store: Path
) -> Iterator[Snapshot]:
    """Give the snapshot that would be published, in a temporary folder; publish nothing."""
    hashes = Hashes(store)
    keys = layer_keys(catalog, hashes)
    with tempfile.TemporaryDirectory(prefix="placedata-") as name:
        folder = Path(name)
        said = write_snapshot(folder, ground, layers, keys, place_key(catalog, keys))
        said |= {
            "inputs": whole_inputs(catalog, hashes),
            "version": "preview",
            "content": "unpublished",
        }
        yield Snapshot(folder, said)


def _previous(store: Path) -> Snapshot | None:
    """Return the snapshot that is served, if it can be read and is undamaged."""
    if current_version(store) is None:
        return None
    try:
        return open_snapshot(store, check=True)
    except PlaceDataError:
        return None


def balanced(
    catalog: Catalog, layers: Mapping[str, Layer], reason: str | None = None
) -> tuple[dict[str, Layer], dict[str, Any]]:
    """Return the layers if they may be published, and what the manifest says of a permission.

    Parameters
    ----------
    reason
        Why layers are published that do not balance; it is told in their notes.

    Raises
    ------
    DataError
        A layer does not balance, or misses its control total, and no reason is given.
    """
    found = {
        name: imbalances(layer, catalog.layers[name].document) for name, layer in layers.items()
    }
    if reason is None:
        refuse(found)
    noted = {
        name: replace(layer, notes=with_reason(layer.notes, found[name], reason))
        for name, layer in layers.items()
    }
    wrong = {name: [str(item) for item in problems] for name, problems in found.items() if problems}
    if not wrong:
        return noted, {}
    return noted, {"allowed_imbalance": {"reason": reason, "layers": wrong}}


def build_layers(
    catalog: Catalog,
    ground: Ground,
    *,
    store: Path | None = None,
    progress: Progress = silent,
) -> dict[str, Layer]:
    """Return every layer of a place, built anew, as it may be shown.

    Parameters
    ----------
    store
        Where versions are kept that tell and hide figures of the same layers, or None.

    Raises
    ------
    DataError
        With the problems of all layers that cannot be built, or else of all that do not balance,
        or whose small counts cannot be protected.
    """
    layers, _ = balanced(catalog, _all_layers(catalog, ground, None, progress))
    return disclosed(catalog, ground, layers, kept_versions(store) if store else ())


@keeping()
def _all_layers(
    catalog: Catalog, ground: Ground, kept: dict[str, Layer] | None, progress: Progress
) -> dict[str, Layer]:
    problems: list[Problem] = background_problems(catalog, ground)
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
        what = f"{count} layer{'s' if count != 1 else ''} cannot be built"
        msg = f"{what if count else 'the background map cannot be drawn'}; nothing is published"
        raise DataError(msg, dict.fromkeys(problems))
    return ground.layers


def _last_uses(catalog: Catalog) -> dict[str, int]:
    """Return layer id -> position of the last layer that reads its observations."""
    last: dict[str, int] = {}
    for position, (name, entry) in enumerate(catalog.layers.items()):
        for layer in [name, *needed(entry.definition)]:
            last[layer] = position
    return last
