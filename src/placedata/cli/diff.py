"""``placedata diff``: what differs between two snapshots, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, PlaceDir, Store

if TYPE_CHECKING:
    from placedata.snapshot.changes import Changes

#: Wards told by name; --json has all of them.
SHOWN = 20


@reported
def diff(
    before: Annotated[str, typer.Argument(help="A version, as 3 or v000003, or 'served'.")],
    after: Annotated[str, typer.Argument(help="Another version.")] = "served",
    level: Annotated[
        str | None,
        typer.Option(help="Geography of larger areas to compare [default: the place's own areas]."),
    ] = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Tell which layers, methods, figures and scores differ between two versions, and why."""
    found = open_place(place, data_root, store).diff(before, after, level=level)
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
    _tell_figures(found)
    _tell_ranks(found)


def _tell_figures(found: Changes) -> None:
    """Say of each layer and period how many figures changed, and what each cause made of it."""
    told = found.values["layer"].unique()
    still = [
        f"{name} ({', '.join(why)})"
        for name, why in found.causes.items()
        if name not in told and {"data", "layer file"} & set(why)
    ]
    if still:
        say(f"Changed without changing a figure: {', '.join(still)}.")
    parts = dict(iter(found.parts.groupby(["layer", "period"], sort=False)))
    for (name, period), rows in found.values.groupby(["layer", "period"], sort=False):
        many = "s" if len(rows) != 1 else ""
        why = ", ".join(found.causes.get(str(name), ()))
        line = f"{name}, {period}: {len(rows):,} figure{many} changed"
        change = (rows["after"] - rows["before"]).dropna()
        split = parts.get((name, period))
        if split is None or change.empty:
            say(line + (f" ({why})" if why else ""))
            continue
        sums = split.groupby("cause", sort=False)["points"].sum() / len(change)
        of = ", ".join(f"{points:+,.4g} {cause}" for cause, points in sums.items())
        say(f"{line}, on average {change.mean():+,.4g} (of which {of})")


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
        say(f"    {name} ({row.area_code}): {before} → {after}{_split(found, row)}")
    if found.undivided:
        say(f"{found.undivided[:1].upper()}{found.undivided[1:]}.")
    if len(ranks) > SHOWN:
        say(f"    and {len(ranks) - SHOWN:,} more (--json tells all)")


def _split(found: Changes, row: Any) -> str:  # noqa: ANN401
    """Return what each cause made of the change of a ward's score, in words."""
    parts = found.score_parts
    mine = parts[(parts["area_code"] == row.area_code) & (parts["node"] == row.node)]
    if mine.empty:
        return ""
    causes = ("data", "indicators", "method", "boundaries")
    told = [f"{mine.iloc[0][cause]:+.3g} {cause}" for cause in causes if mine.iloc[0][cause]]
    return f" (score {row.after - row.before:+.3g}: {', '.join(told)})" if told else ""
