"""A folder of the cards of all areas: index page, tables of all areas, and one ZIP of it all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.scorecard.archive import write_zip
from placedata.scorecard.batch import put, write_cards
from placedata.scorecard.index_page import NAME, index_page
from placedata.scorecard.safe import file_stem
from placedata.scorecard.table import write_table

if TYPE_CHECKING:
    from placedata.scorecard.batch import Batch, Tell
    from placedata.snapshot import Snapshot

#: Formats in which the table of all areas stands beside the cards, with the words for it.
TABLES = {"xlsx": "All areas in one workbook", "csv": "All areas in one table (CSV)"}


def write_folder(
    snapshot: Snapshot,
    kinds: Sequence[str],
    folder: Path,
    *,
    jobs: int = 1,
    tell: Tell | None = None,
) -> tuple[Batch, list[Path]]:
    """Write the cards of all areas, then what belongs to them all.

    Returns
    -------
    tuple
        The batch; and the index page, the tables and the ZIP.
    """
    batch = write_cards(snapshot, list(snapshot.areas.index), kinds, folder, jobs=jobs, tell=tell)
    tables: list[Path] = []
    links: list[tuple[str, str]] = []
    for kind in kinds:
        if kind in TABLES:
            path = folder / f"all-areas-{snapshot.id}.{kind}"
            tables += write_table(snapshot, list(snapshot.layers), path)
            links.append((path.name, TABLES[kind]))
    page = folder / NAME
    put(page, index_page(batch, snapshot, links).encode())
    name = f"scorecards-{file_stem(snapshot.place['name'])}-{snapshot.id}.zip"
    archive = write_zip([page, *tables, *batch.files], folder / name, snapshot.published)
    return batch, [page, *tables, archive]
