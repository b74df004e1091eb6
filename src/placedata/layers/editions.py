"""Which edition the codes of a source are of: said by the file, seen by its codes, refused if none.

The editions that a place knows are those of its outlines and of its lookup tables. Each period of
a source is matched on its own, so that a series may go over a change of edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from placedata.columns import are_among
from placedata.errors import DataError
from placedata.geography import geography_in_words, level_of, level_of_codes
from placedata.layers.layer import period_order

if TYPE_CHECKING:
    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.observations import Observations

#: A file is taken to be of the place alone up to this many codes of elsewhere for each area.
MOST_STRANGE = 2


def known_editions(ground: Ground) -> dict[str, frozenset[str]]:
    """Return geography -> codes of the place: of its outlines, else of its lookup tables.

    Of a table, the rows count that lead to an area of the place.
    """

    def gather() -> dict[str, frozenset[str]]:
        place = ground.catalog.place
        known = {name: frozenset(ground.boundaries(name).codes) for name in place.boundaries}
        waiting = [rule for rule in place.lookups if rule.by == "file"]
        for _ in range(len(waiting)):
            for rule in waiting:
                if rule.source in known or rule.target not in known:
                    continue
                frame = ground.table(rule.file)
                if rule.code_from in frame and rule.code_to in frame:
                    targets = frame[rule.code_to].astype(str).str.strip()
                    here = are_among(targets, known[rule.target])
                    codes = frame.loc[here, rule.code_from].astype(str).str.strip()
                    known[rule.source] = frozenset(codes.tolist())
        return known

    found: dict[str, frozenset[str]] = ground.once(("known editions",), gather)
    return found


def source_geography(entry: LayerEntry, observations: Observations, ground: Ground) -> str:
    """Return the geography whose codes the source has: said by the file, and seen to fit.

    Raises
    ------
    DataError
        The codes fit no edition that the place knows, or only partly one that the file does not
        name.
    """
    place, known = ground.catalog.place, known_editions(ground)
    codes = set(observations.table["area_code"].tolist())
    stated = observations.geography
    fits = {name: len(codes & own) / max(1, len(own)) for name, own in known.items()}
    home = fits.get(place.geography, 0.0)
    if stated is not None and fits.get(stated, 0.0) > 0:
        # An edition that shares all its codes with the place's own (wd24 and wd25) is the same.
        return place.geography if home >= fits[stated] else stated
    best = max(fits, key=lambda name: fits[name])
    if home > 0 and (stated is None or level_of(stated) == level_of(place.geography)):
        best = place.geography
    if fits[best] == 0:
        _refuse_codes(entry, codes, stated, ground)
    if stated is not None and fits[best] < 1 and level_of(stated) == level_of(best):
        _refuse_part(entry, codes, (stated, best), ground)
    if stated is None:
        _refuse_local(entry, codes, best, ground)
    return best


def editions(entry: LayerEntry, observations: Observations, ground: Ground) -> dict[str, str]:
    """Return period -> geography of its codes, oldest first.

    A period is of another edition than the source as a whole where that edition knows strictly
    more of its codes: LSOAs of 2011 in the early years of a file that ends with those of 2021.
    """
    found: dict[str, str] = ground.once(
        ("editions", entry.id), lambda: _editions(entry, observations, ground)
    )
    return found


def _editions(entry: LayerEntry, observations: Observations, ground: Ground) -> dict[str, str]:
    whole = source_geography(entry, observations, ground)
    known = known_editions(ground)
    level = [name for name in known if level_of(name) == level_of(whole)]
    table = observations.table
    found = {}
    for period, codes in table.groupby("period", sort=True)["area_code"]:
        here = set(codes.tolist())
        counts = {name: len(here & known[name]) for name in level}
        best = max(level, key=lambda name: counts[name])
        found[str(period)] = best if counts[best] > counts.get(whole, 0) else whole
    return dict(sorted(found.items(), key=lambda item: period_order(item[0])))


def breaks_of(periods: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """Return where a series goes over to another edition: ``period`` (the first), ``from``, ``to``.

    Parameters
    ----------
    periods
        Period -> geography, oldest first.
    """
    names = list(periods)
    return tuple(
        {"period": now, "before": was, "from": periods[was], "to": periods[now]}
        for was, now in pairwise(names)
        if periods[was] != periods[now]
    )


def layer_breaks(entry: LayerEntry, ground: Ground) -> tuple[dict[str, Any], ...]:
    """Return where a layer's series goes over to another edition; a rate's is its numerator's."""
    rate = entry.definition.rate
    if entry.definition.source is None:
        above = ground.layers.get(str(rate and rate.numerator))
        return tuple(dict(item) for item in above.breaks) if above else ()
    observations = ground.observations(entry.id)
    if observations.keyed_by != "area":
        return ()
    return breaks_of(editions(entry, observations, ground))


def break_notes(breaks: tuple[dict[str, Any], ...], home: str) -> tuple[str, ...]:
    """Return the changes of edition as sentences."""
    return tuple(
        f"the series goes over from {geography_in_words(item['from'])} to "
        f"{geography_in_words(item['to'])} in {item['period']}: all periods are on "
        f"{geography_in_words(home)}, and a step there may come from the change"
        for item in breaks
    )


def _refuse_codes(entry: LayerEntry, codes: set[str], stated: str | None, ground: Ground) -> None:
    sample = ", ".join(sorted(codes)[:3])
    known = ", ".join(f"{name} ({min(own)}…)" for name, own in known_editions(ground).items())
    said = f", said to be {stated}" if stated else ""
    found = f"{len(codes):,} codes such as {sample}{said}, none of them in the place"
    found += _history(codes, ground)
    problem = entry.document.problem(_where(entry), found, f"codes of {known}")
    raise DataError(f"layer {entry.id}: no area code joins", [problem])


def _refuse_part(
    entry: LayerEntry, codes: set[str], names: tuple[str, str], ground: Ground
) -> None:
    """Refuse an edition that the place does not know, and that shares only some codes with one."""
    stated, best = names
    own = known_editions(ground)[best]
    gap = sorted(own - codes)
    found = (
        f"codes of {stated}, which is not of the place; {len(own & codes)} of its "
        f"{len(own)} {best} areas have the same code, and {', '.join(gap[:3])}"
        f"{' …' if len(gap) > 3 else ''} are not among them"
    )
    found += _history(codes - own, ground)
    allowed = (
        f"in place.yaml, {stated} under boundaries or a table from {stated} to {best} under "
        f"lookups; or, where the codes are those of {best}, geography: {best} in source"
    )
    problem = entry.document.problem(_where(entry), found, allowed)
    raise DataError(f"layer {entry.id}: its codes are of another edition, {stated}", [problem])


def _refuse_local(entry: LayerEntry, codes: set[str], best: str, ground: Ground) -> None:
    """Refuse codes that say no edition, some of the place and some not, while areas are left out.

    That is how an edition looks that the place does not know, where only some areas got new codes.
    A file of the whole nation has many more codes of elsewhere, and is not meant.
    """
    known = known_editions(ground)
    own, level = known[best], level_of(best)
    among = {code for code in codes if level_of_codes([code]) == level}
    strange, gap = sorted(among - set().union(*known.values())), sorted(own - codes)
    if not strange or not gap or len(strange) > MOST_STRANGE * len(own):
        return
    found = (
        f"{len(own & codes)} of {len(own)} {best} areas; {', '.join(gap[:3])}"
        f"{' …' if len(gap) > 3 else ''} are not among its codes, but {', '.join(strange[:3])}"
        f"{' …' if len(strange) > 3 else ''} are"
    )
    found += _history(set(strange), ground)
    allowed = (
        f"codes of one edition; or, where they are those of {best}, geography: {best} in source"
    )
    problem = entry.document.problem(_where(entry), found, allowed)
    raise DataError(f"layer {entry.id}: its codes look like another edition of {best}", [problem])


def _where(entry: LayerEntry) -> tuple[str, ...]:
    """Return the field that names the codes: the column of areas where the file names one."""
    source = entry.document.data.get("source")
    return ("source", "area") if isinstance(source, dict) and "area" in source else ("source",)


def _history(codes: set[str], ground: Ground) -> str:
    """Return when codes were in force, where the place has the history of codes."""
    named = ground.catalog.place.code_history
    if named is None:
        return ""
    from placedata.lookups.history import in_force

    told = in_force(ground.table(named), codes)
    return f" ({told}, says the code history)" if told else ""
