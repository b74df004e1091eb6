"""The versions of a store as people meet them: when, by whom, which is served, in spite of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError
from placedata.stores.audit import read_audit
from placedata.stores.files import current_version, read_manifest, versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Version:
    """One version that is kept.

    Parameters
    ----------
    version, id
        ``v000003``, and with its content hash.
    published
        When, ISO 8601 in UTC.
    served
        Whether it is the one that is served.
    layers
        How many layers it has.
    placedata
        The version of the program that made it.
    user
        Who built it, as the audit log tells; "" where it does not.
    allowed_imbalance
        ``reason`` and ``layers`` (id -> what does not balance); None where everything balances.
    """

    version: str
    id: str
    published: str
    served: bool
    layers: int
    placedata: str | None
    user: str
    allowed_imbalance: Mapping[str, Any] | None


def kept_versions(store: Path) -> list[Version]:
    """Return the versions of a store, oldest first; one that cannot be read is left out."""
    served = current_version(store)
    users = {line["id"]: line["user"] for line in read_audit(store) if line["action"] == "build"}
    found = []
    for name in versions(store):
        try:
            manifest = read_manifest(store, name)
        except PlaceDataError:
            continue
        identifier = f"{manifest['version']}-{manifest['content'][:8]}"
        found.append(
            Version(
                version=manifest["version"],
                id=identifier,
                published=manifest["published"],
                served=manifest["version"] == served,
                layers=len(manifest.get("layer_keys", {})),
                placedata=manifest.get("placedata"),
                user=users.get(identifier, ""),
                allowed_imbalance=manifest.get("allowed_imbalance"),
            )
        )
    return found
