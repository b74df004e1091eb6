"""The areas that each area is set beside: those most like it by what is not being judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placedata.snapshot import Snapshot


def peer_rule(snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return what the place file says of peers (``by``, ``count``), or None."""
    rule: Mapping[str, Any] | None = snapshot.place.get("peers")
    return rule


def peers_by(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the titles of the layers by which peers are found; empty without a rule."""
    rule = peer_rule(snapshot)
    if rule is None:
        return ()
    return tuple(snapshot.layers[name].title for name in rule["by"] if name in snapshot.layers)


def peers_of(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return for each area the areas most like it; empty without a rule or with too few areas.

    They are computed from the snapshot's own figures (newest periods), so a snapshot always
    gives the same peers. The method is `placedata.index.peers.nearest`.
    """
    import pandas as pd

    from placedata.index.peers import nearest

    rule = peer_rule(snapshot)
    if rule is None:
        return {}
    names = [name for name in rule["by"] if name in snapshot.layers]
    covariates = pd.DataFrame({name: snapshot.table(name)["value"] for name in names})
    covariates = covariates.dropna()
    count = int(rule["count"])
    # A peer group of nearly all areas says no more than the place's own mean.
    if not names or len(covariates) < count + 2:
        return {}
    return nearest(covariates, count)
