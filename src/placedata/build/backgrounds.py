"""The background map of a place: what is wrong with it, and what the snapshot says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placedata.errors import DataError, PlaceDataError, Problem

if TYPE_CHECKING:
    from placedata.catalog import Catalog
    from placedata.definitions import PlaceDefinition
    from placedata.layers import Ground


def background_problems(catalog: Catalog, ground: Ground) -> list[Problem]:
    """Return what is wrong with the files of the background map, at its line of the place file.

    Boundaries that cannot be read are told elsewhere.
    """
    rule = catalog.place.basemap
    if rule is None or rule.file is None:
        return []
    from placedata.files.backgrounds import in_place, open_background

    try:
        west, south, east, north = (float(edge) for edge in ground.wards.frame.total_bounds)
    except PlaceDataError:
        return []
    patterns = [rule.file] if isinstance(rule.file, str) else rule.file
    try:
        found = dict.fromkeys(
            path for pattern in patterns for path in catalog.roots.resolve(pattern)
        )
        files = [(catalog.roots.label(path), path) for path in found]
        in_place(open_background(files, rule.crs), (west, south, east, north), files[0][0])
    except DataError as error:
        document = catalog.documents[0]
        return [
            document.problem(("basemap", "file"), f"{item.file}: {item.found}", item.allowed)
            for item in error.problems
        ]
    return []


def basemap_record(place: PlaceDefinition) -> dict[str, Any] | None:
    """Return what a snapshot says of the background map; None where the place has none."""
    rule = place.basemap
    return None if rule is None else {**rule.model_dump(mode="json"), "host": rule.host}
