"""Texts of the build as planners read them: titles for ids, names for codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

_CODE = re.compile(r"\b[A-Z]\d{8}\b")


def plain_names(text: str, snapshot: Snapshot, layers: Iterable[str] = ()) -> str:
    """Return a text with the titles of layers and nodes and the names of areas for their ids.

    Parameters
    ----------
    layers
        Ids of the layers that the text is about: no other word is taken for one.
    """
    titles = {name: snapshot.layers[name].title for name in layers if name in snapshot.layers}
    titles |= {node.id: node.title for node in snapshot.framework.nodes if "_" in node.id}
    ids = "|".join(sorted(map(re.escape, titles), key=len, reverse=True))
    if ids:
        text = re.sub(rf"\b(?:{ids})\b", lambda found: f"‘{titles[found[0]]}’", text)
    names = snapshot.areas["area_name"]
    return _CODE.sub(lambda found: str(names.get(found[0], found[0])), text)
