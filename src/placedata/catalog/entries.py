"""What a place folder defines: its layers in building order, its framework, its data roots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.definitions import LayerDefinition, PlaceDefinition
from placedata.documents import Document
from placedata.framework import Framework, Indicator

if TYPE_CHECKING:
    from pydantic import BaseModel

    from placedata.files import Roots


@dataclass(frozen=True)
class LayerEntry:
    """One layer as its file defines it, with its loader's own fields checked."""

    definition: LayerDefinition
    document: Document
    source: BaseModel | None
    compare: BaseModel | None

    @property
    def id(self) -> str:
        """The layer's id: the file's name."""
        return self.definition.id


@dataclass(frozen=True)
class Catalog:
    """All that a place folder defines.

    Parameters
    ----------
    directory
        The place folder.
    place
        The place file.
    roots
        Data roots, overrides applied.
    layers
        Layer id -> entry, in the order in which they can be built: denominators first.
    framework
        The place's framework, with one indicator for each layer that names a component.
    documents
        Every file that was read.
    """

    directory: Path
    place: PlaceDefinition
    roots: Roots
    layers: Mapping[str, LayerEntry]
    framework: Framework
    documents: tuple[Document, ...]


def needed(definition: LayerDefinition) -> list[str]:
    """Return the ids of the layers that this one is computed from."""
    names = [definition.weighted_by, definition.error and definition.error.sample_layer]
    names.append(definition.finer)
    names += [way.people for way in (definition.exposure, definition.reach) if way]
    if definition.rate:
        names += [
            definition.rate.denominator,
            definition.rate.numerator if definition.source is None else None,
        ]
    return [name for name in names if name]


def component_ids(framework: Framework) -> list[str]:
    """Return the ids of the nodes of the lowest level: those that hold indicators."""
    return [node.id for node in framework.nodes if node.level == framework.levels[-1]]


def indicator(definition: LayerDefinition) -> Indicator:
    """Return what a layer contributes to the index."""
    goalposts, limits = definition.goalposts, definition.limits
    return Indicator.model_validate(
        {
            "id": definition.id,
            "title": definition.title,
            "unit": definition.unit,
            "component": definition.component,
            "polarity": definition.polarity,
            "weight": definition.weight,
            **({"limits": limits.model_dump()} if limits else {}),
            **(
                {"goalposts": {"best": goalposts.best, "worst": goalposts.worst}}
                if goalposts
                else {}
            ),
        }
    )
