"""Levels, GSS codes, editions and boundaries: which area, in which edition, with which outline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

CRS = "EPSG:27700"
WEB_CRS = "EPSG:4326"

GSS_CODE = re.compile(r"^[EWSNKJL]\d{8}$")

#: First three characters of a GSS code -> level.
LEVEL_OF_ENTITY = {
    "E00": "oa", "W00": "oa", "S00": "oa", "N00": "oa",
    "E01": "lsoa", "W01": "lsoa", "S01": "lsoa", "N20": "lsoa",
    "E02": "msoa", "W02": "msoa", "S02": "msoa", "N21": "msoa",
    "E05": "ward", "W05": "ward", "S13": "ward", "N08": "ward", "N10": "ward",
    "E06": "lad", "E07": "lad", "E08": "lad", "E09": "lad",
    "W06": "lad", "S12": "lad", "N09": "lad",
    "E12": "region", "E92": "country", "W92": "country", "S92": "country", "N92": "country",
}  # fmt: skip

#: Letters of a geography (``wd25``) -> level.
LEVEL_OF_PREFIX = {
    "oa": "oa", "lsoa": "lsoa", "dz": "lsoa", "msoa": "msoa", "iz": "msoa",
    "wd": "ward", "ward": "ward", "lad": "lad", "ltla": "lad", "utla": "lad",
    "rgn": "region", "ctry": "country",
}  # fmt: skip

#: Level -> what one area and several are called.
NOUNS = {
    "ward": ("ward", "wards"),
    "oa": ("output area", "output areas"),
    "lsoa": ("small area", "small areas"),
    "msoa": ("neighbourhood", "neighbourhoods"),
    "lad": ("district", "districts"),
    "region": ("region", "regions"),
    "country": ("country", "countries"),
}
#: Codes of London boroughs and of metropolitan boroughs begin so.
BOROUGHS = ("E09", "E08")

GEOGRAPHY = re.compile(r"^(oa|lsoa|dz|msoa|iz|wd|lad|rgn|ctry)(\d{2})$")


@dataclass(frozen=True)
class Boundaries:
    """The areas of one geography in one edition.

    Parameters
    ----------
    geography
        Level and edition, ``wd25``.
    frame
        Columns ``area_code`` (str), ``area_name`` (str), ``geometry`` (valid polygons, EPSG:27700);
        sorted by ``area_code``, RangeIndex, no code twice.
    notes
        What was done on the way in ("E05000026: self-intersection repaired").
    """

    geography: str
    frame: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The area codes, in order."""
        return list(self.frame["area_code"])


def level_of(geography: str) -> str:
    """Return the level of a geography: ``ward`` for ``wd25``."""
    match = re.match(r"[a-z]+", geography)
    return LEVEL_OF_PREFIX.get(match.group(0) if match else "", geography)


def area_nouns(geography: str, codes: Iterable[str] = ()) -> tuple[str, str]:
    """Return what one area and several of a geography are called: ``("ward", "wards")``.

    Parameters
    ----------
    geography
        Level and edition, ``lad22``.
    codes
        Codes of the areas: districts of London and of other large cities are boroughs.
    """
    level = level_of(geography)
    if level == "lad":  # only then: a place may have thousands of other areas
        found = list(codes)
        if found and all(code.startswith(BOROUGHS) for code in found):
            return "borough", "boroughs"
    return NOUNS.get(level, ("area", "areas"))


def geography_in_words(geography: str) -> str:
    """Return a geography as people say it: ``wards of 2025`` for ``wd25``."""
    nouns = {"oa": "output areas", "lsoa": "LSOAs", "msoa": "MSOAs", "ward": "wards",
             "lad": "local authorities", "region": "regions", "country": "countries"}  # fmt: skip
    match = GEOGRAPHY.match(geography)
    if match is None:
        return geography
    return f"{nouns[LEVEL_OF_PREFIX[match.group(1)]]} of 20{match.group(2)}"


def level_of_codes(codes: Iterable[str]) -> str | None:
    """Return the level that all GSS codes share, or None where they differ or are not GSS codes."""
    levels = {LEVEL_OF_ENTITY.get(code[:3]) if GSS_CODE.match(code) else None for code in codes}
    return levels.pop() if len(levels) == 1 else None
