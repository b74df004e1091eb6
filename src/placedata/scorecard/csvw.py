"""CSV on the Web: a JSON file beside a CSV that says what its columns are (W3C, 2015)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from placedata.scorecard.columns import UNROUNDED, Column, notices
from placedata.scorecard.safe import safe_cell
from placedata.wording import LICENCES, polarity_sentence

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
#: Ending of the metadata of ``NAME.csv``: ``NAME.csv-metadata.json``, where readers look for it.
ENDING = "-metadata.json"
MISSING = ["", "[x]", "[c]"]


def wide_metadata(snapshot: Snapshot, found: Iterable[Column], file_name: str) -> str:
    """Return the metadata of the table of all wards, one column a layer."""
    given = list(found)
    described = [_area_code(), {"name": "area_name", "titles": "area_name", "datatype": "string"}]
    described += [
        {
            "name": f"{'score_' if column.is_score else ''}{column.id}",
            "titles": str(safe_cell(column.heading)),
            "datatype": "number",
            "null": MISSING,
            "dc:description": f"{polarity_sentence(column.polarity)} {column.period}".strip(),
            "dc:source": column.source or snapshot.framework.title,
            "dc:license": _licence(column.licence or snapshot.place["licence"]),
        }
        for column in given
    ]  # fmt: skip
    about = {
        "dc:title": f"{snapshot.place['name']}: figures of all areas",
        "dc:publisher": snapshot.place["publisher"],
        "dc:identifier": snapshot.id,
        "dc:modified": snapshot.published[:10],
        "rdfs:comment": notices(snapshot, given),
    }
    return _document(file_name, about, described, ["area_code"])


def rows_metadata(columns: Mapping[str, str], file_name: str, title: str, snapshot_id: str) -> str:
    """Return the metadata of scorecards as rows.

    Parameters
    ----------
    columns
        Name -> datatype (``string``, ``number``, ``integer``), in order.
    """
    described: list[dict[str, Any]] = [
        _area_code()
        if name == "area_code"
        else {
            "name": name,
            "titles": name,
            "datatype": kind,
            **({} if kind == "string" else {"null": MISSING}),
        }
        for name, kind in columns.items()
    ]
    about = {"dc:title": title, "dc:identifier": snapshot_id, "rdfs:comment": UNROUNDED}
    return _document(file_name, about, described, ["area_code", "kind", "id", "period"])


def _area_code() -> dict[str, Any]:
    return {
        "name": "area_code",
        "titles": "area_code",
        "datatype": "string",
        "required": True,
        "propertyUrl": "http://statistics.data.gov.uk/def/statistical-geography#code",
    }


def _document(
    file_name: str, about: Mapping[str, Any], columns: list[dict[str, Any]], key: list[str]
) -> str:
    document = {
        "@context": CONTEXT,
        "url": file_name,
        **about,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": key},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _licence(code: str) -> str:
    return LICENCES.get(code, (code, ""))[1] or code
