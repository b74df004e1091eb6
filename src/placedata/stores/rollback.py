"""Serving an earlier version again, and finding versions as people name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError, Problem, nearest
from placedata.stores.audit import add_line
from placedata.stores.files import current_version, locked, point_at, read_manifest, versions

if TYPE_CHECKING:
    from pathlib import Path


def find_version(store: Path, text: str) -> str:
    """Return the version that is meant by ``v000003``, ``3``, ``v000003-1a2b3c4d`` or ``served``.

    Raises
    ------
    PlaceDataError
        There is no such version, or its content is not the one that the id names.
    """
    kept = versions(store)
    served = current_version(store)
    if text == "served" and served:
        return served
    name, _, content = text.strip().partition("-")
    name = f"v{int(name):06d}" if name.isdigit() else name
    if name in kept and str(read_manifest(store, name)["content"]).startswith(content):
        return name
    known = ", ".join(kept) or "none; placedata build makes one"
    problem = Problem(str(store.name), "version", repr(text), known, None, nearest(name, kept))
    raise PlaceDataError(f"there is no version {text}", [problem])


def roll_back(
    store: Path, version: str | None = None, *, reason: str | None = None
) -> tuple[str, str]:
    """Serve an earlier version again; return the version served before and the one served now.

    Nothing is removed: the version left can be served again in the same way.

    Parameters
    ----------
    version
        The version to serve; None: the one before the one that is served.
    reason
        Why, for the audit log.

    Raises
    ------
    PlaceDataError
        There is no such version, it is served already, or its files are damaged.
    LockedError
        A build is running.
    """
    with locked(store):
        served = current_version(store)
        if served is None:
            problem = Problem(str(store.name), "version", "nothing", "placedata build makes one")
            raise PlaceDataError("nothing is published yet", [problem])
        name = find_version(store, version) if version else _before(store, served)
        if name == served:
            raise PlaceDataError(f"version {name} is served already")
        manifest = read_manifest(store, name, check=True)
        point_at(store, name)
        add_line(store, "rollback", name, manifest["content"], reason=reason)
    return served, name


def _before(store: Path, served: str) -> str:
    earlier = [name for name in versions(store) if name < served]
    if not earlier:
        raise PlaceDataError(f"no version before {served} is kept")
    return earlier[-1]
