"""What the place file may say."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from placedata.definitions.basemap import BackgroundMap
from placedata.definitions.style import CardStyle, PeerRule
from placedata.definitions.words import CellValue, Closed, LayerId

#: A site that may show a page in a frame: a scheme and a host, and nothing behind it.
Origin = Annotated[
    str, Field(pattern=r"^https://(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)+(:\d{2,5})?$")
]


class BoundaryFile(Closed):
    """Where the outlines of one geography are, and how many areas there must be."""

    file: str
    code: str | None = None
    name: str | None = None
    layer: str | None = None
    crs: str | None = None
    areas: int | None = Field(default=None, gt=0)


class ParentArea(Closed):
    """The outline that contains the place; areas outside it are cut away."""

    file: str
    code: str | None = None
    area: str | None = None
    layer: str | None = None
    crs: str | None = None


class PostcodeFile(Closed):
    """Postcode points: where people live, and how a source without coordinates finds its place."""

    loader: Literal["codepoint", "points"] = "codepoint"
    file: str | list[str]


class AddressFile(Closed):
    """Address points: where people live more closely than by postcodes."""

    loader: Literal["open_uprn", "nsul", "points"] = "open_uprn"
    file: str | list[str]


class StreetFile(Closed):
    """Streets that people walk along: a map of lines.

    Parameters
    ----------
    file
        OS Open Roads (GeoPackage or zipped shapefile), OpenStreetMap (``.osm``, ``.osm.pbf``) or
        GeoJSON lines. Motorways, and ways closed to walkers, are left out.
    layer
        Layer of a file that has several; that of OS Open Roads is found.
    crs
        CRS of a file that states none.
    """

    file: str
    layer: str | None = None
    crs: str | None = None


class LookupRule(Closed):
    """One way from a geography to another that the place allows.

    Parameters
    ----------
    source, target
        Geographies, ``lsoa21`` and ``wd25``.
    by
        ``postcodes``, ``addresses``, ``population``, ``dasymetric``, ``area``, ``best_fit``,
        ``file`` or ``history``.
    population
        For ``by: population``: a layer of people by small areas; each postcode then weighs as
        many people as its small area has for each of its postcodes.
    ancillary
        For ``by: dasymetric``: the layer that says where in an area people are. A raster (its
        cells weigh by their value), points, or counts of smaller areas.
    classes
        For a raster of land cover: class -> weight of its cells; other classes weigh nothing.
    file, code_from, code_to, weight, change
        For ``by: file``: the published lookup and its columns. `change` holds the letters of a
        table of changes (U, S, M, X); areas that were split are shared out by postcodes. For ``by:
        history``: the file ``Changes.csv`` of the Code History Database, whose columns are known.
    """

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    by: Literal[
        "postcodes", "addresses", "population", "dasymetric", "area", "best_fit", "file", "history"
    ] = "postcodes"
    population: LayerId | None = None
    ancillary: LayerId | None = None
    classes: dict[CellValue, float] | None = None
    file: str | None = None
    code_from: str | None = None
    code_to: str | None = None
    weight: str | None = None
    change: str | None = None

    @model_validator(mode="after")
    def _file_given(self) -> Self:
        if (self.by in {"file", "history"}) != (self.file is not None):
            msg = "by: file (or history) together with file: …, or neither"
            raise ValueError(msg)
        if (self.by == "population") != (self.population is not None):
            msg = "by: population together with population: a layer of people, or neither"
            raise ValueError(msg)
        if (self.by == "dasymetric") != (self.ancillary is not None):
            msg = "by: dasymetric together with ancillary: a layer, or neither"
            raise ValueError(msg)
        if self.classes is not None and (
            self.by != "dasymetric" or min(self.classes.values(), default=-1) < 0
        ):
            msg = "classes: weights of at least 0, and only by: dasymetric"
            raise ValueError(msg)
        if self.by == "file" and not (self.code_from and self.code_to):
            msg = "code_from and code_to: the columns of the file that hold the codes"
            raise ValueError(msg)
        return self


class DisclosureRule(Closed):
    """The place's own rule for counts of people, where a layer has none of its own.

    Parameters
    ----------
    threshold
        Counts from 1 to threshold - 1 are not shown.
    rounding
        Counts are shown to the nearest multiple of this; 1: as they are.
    """

    threshold: int = Field(default=5, ge=1, le=100)
    rounding: int = Field(default=1, ge=1, le=1000)


class Comparator(Closed):
    """The wider area that figures are set beside ("London")."""

    name: str


class EmbedRule(Closed):
    """Which sites may show the map of this place in a frame of theirs.

    Parameters
    ----------
    allow
        Their origins, ``https://www.example.gov.uk``; ``https://*.example.gov.uk`` for all sites
        below one. Without any, no site may.
    """

    allow: list[Origin] = Field(default_factory=list, max_length=20)


class PlaceDefinition(Closed):
    """The place file, ``place.yaml``.

    `larger` names geographies of larger areas (``lad22``) whose figures are made of the wards'.
    `code_history` is ``ChangeHistory.csv`` of the Code History Database: it tells which edition
    codes belong to that join no area of the place.
    """

    name: str = Field(min_length=1, max_length=80)
    fictional: bool = False
    geography: str
    boundaries: dict[str, BoundaryFile]
    parent: ParentArea | None = None
    postcodes: PostcodeFile | None = None
    addresses: AddressFile | None = None
    streets: StreetFile | None = None
    lookups: list[LookupRule] = Field(default_factory=list)
    code_history: str | None = None
    larger: list[str] = Field(default_factory=list)
    framework: str = "social_progress_ward"
    data_roots: dict[str, str] = Field(default_factory=lambda: {"data": "data"})
    comparator: Comparator | None = None
    peers: PeerRule | None = None
    scorecard: CardStyle | None = None
    disclosure: DisclosureRule = DisclosureRule()
    publisher: str
    licence: str = "OGL-UK-3.0"
    attribution: list[str] = Field(default_factory=list)
    contact: str | None = None
    embed: EmbedRule = EmbedRule()
    basemap: BackgroundMap | None = None
    caveats: list[str] = Field(default_factory=list)

    @field_validator("boundaries", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """Let ``wd25: data/wards.geojson`` stand for ``wd25: {file: data/wards.geojson}``."""
        if not isinstance(value, dict):
            return value
        return {
            key: {"file": item} if isinstance(item, str) else item for key, item in value.items()
        }

    @model_validator(mode="after")
    def _geography_known(self) -> Self:
        if self.geography not in self.boundaries:
            known = ", ".join(self.boundaries) or "none"
            msg = f"a boundaries entry for the geography {self.geography!r} (there are: {known})"
            raise ValueError(msg)
        for larger in self.larger:
            if larger not in self.boundaries or larger == self.geography:
                msg = (
                    f"larger: geographies of boundaries other than the place's own, not {larger!r}"
                )
                raise ValueError(msg)
        return self
