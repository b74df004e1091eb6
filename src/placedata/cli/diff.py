"""``placedata diff``: what differs between two snapshots, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import DataRoots, Json, PlaceDir, Store, put, reported, say
from placedata.cli.opening import open_place

if TYPE_CHECKING:
    from placedata.snapshot.changes import Changes

#: Wards told by name; --json has all of them.
SHOWN = 20


@reported
def diff(
    before: Annotated[str, typer.Argument(help="A version, as 3 or v000003, or 'served'.")],
    after: Annotated[str, typer.Argument(help="Another version.")] = "served",
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Tell which layers, methods, figures and scores differ between two versions, and why."""
    from placedata.snapshot import open_snapshot
    from placedata.snapshot.changes import changes
    from placedata.stores.rollback import find_version

    folder = open_place(place, data_root, store).store
    one, two = (open_snapshot(folder, find_version(folder, name)) for name in (before, after))
    found = changes(one, two)
    if as_json:
        put(found.document())
        return
    tell_changes(found)


def tell_changes(found: Changes) -> None:
    """Say what differs, in lines."""
    say(f"From {found.before} to {found.after}:")
    if found.nothing:
        say("No figure, score or method differs.")
        return
    if found.whole:
        say(f"Changed for the whole place: {', '.join(found.whole)}.")
    for word, names in (("added", found.added), ("removed", found.removed)):
        if names:
            say(f"Layers {word}: {', '.join(names)}.")
    for name, (before, after) in found.methods.items():
        say(f"Method of {name}: {before} → {after}.")
    for (name, period), rows in found.values.groupby(["layer", "period"], sort=False):
        many = "s" if len(rows) != 1 else ""
        why = ", ".join(found.causes.get(name, ()))
        say(f"{name}, {period}: {len(rows):,} figure{many} changed" + (f" ({why})" if why else ""))
    _tell_ranks(found)


def _tell_ranks(found: Changes) -> None:
    ranks = found.ranks
    if ranks.empty:
        say(f"No ward changes its rank; {len(found.scores):,} scores differ.")
        return
    one = len(ranks) == 1
    say(f"{len(ranks):,} ward{' changes its rank' if one else 's change their ranks'}:")
    for row in ranks.head(SHOWN).itertuples():
        before, after = (
            "no rank" if value != value else f"{value:.0f}"  # noqa: PLR0124 - NaN is not itself
            for value in (row.rank_before, row.rank_after)
        )
        name = found.names.get(str(row.area_code), "")
        say(f"    {name} ({row.area_code}): {before} → {after}")
    if len(ranks) > SHOWN:
        say(f"    and {len(ranks) - SHOWN:,} more (--json tells all)")
