"""Tables of text cells with line numbers, from CSV, spreadsheets and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.errors import nearest
from placedata.files.archives import check_zip, read_bytes
from placedata.files.headers import refusal, spread_labels, with_header
from placedata.files.kept import kept, stamp

if TYPE_CHECKING:
    import pandas as pd

    from placedata.files.headers import Header, Merged

SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
_ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods")
_OLE = b"\xd0\xcf\x11\xe0"


def read_table(
    path: Path | str,
    *,
    sheet: str | int | None = None,
    header: Header = "auto",
    header_rows: int = 1,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return a table whose cells are all text, as the file holds them.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv`` or ``.txt`` (also ``.gz``), ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``,
        ``.ods``, ``.parquet``.
        Text may be UTF-8 with or without a byte order mark, UTF-16 with one, or Latin-1.
    sheet
        Name of the sheet, or its number among those that are shown, from 1; needed where a
        spreadsheet shows several with content. A hidden sheet is only read by its name.
    header
        "auto" skips title rows; a number is the 1-based row of the header; None or 0: no header.
    header_rows
        Rows that the header has from `header` on, which must then be a number. The labels of
        merged cells are repeated, and the rows joined: ``2021 Men``.
    columns
        Names for a file that has no header row, from the left; others are ``col1``, ``col2``, ...

    Returns
    -------
    DataFrame
        str cells, "" where the file has none. Index "row" is the 1-based line in the file. Rows
        that are blank throughout are left out. A repeated column name gets " (2)", a blank one
        ``col7``.

    Raises
    ------
    DataError
        If the file is empty, damaged, of another kind than its name says, or unsafe to unpack.
    """
    path = Path(path)
    named = None if columns is None else tuple(columns)

    def parse() -> pd.DataFrame:
        return _parsed(path, sheet, header, header_rows, named)

    if not path.is_file():
        return parse()  # which tells what is wrong
    key = ("table", stamp(path), sheet, header, header_rows, named)
    # pandas copies on write: who changes the table changes a copy
    return kept(key, parse, _bytes).copy(deep=False)


def _bytes(table: pd.DataFrame) -> int:
    return int(table.memory_usage(deep=True).sum())


def _parsed(
    path: Path,
    sheet: str | int | None,
    header: Header,
    header_rows: int,
    columns: tuple[str, ...] | None,
) -> pd.DataFrame:
    """Return the table that a file holds; see `read_table`."""
    suffix = _suffix(path)
    if suffix == ".parquet":
        return _read_parquet(path)
    merged: Merged = ()
    if header_rows > 1 and (not isinstance(header, int) or header < 1):
        found = f"a header of {header_rows} rows, and no row where it begins"
        raise refusal(path, found, "header: the first of them, such as 4")
    if suffix in SPREADSHEETS:
        cells, merged = _read_sheet(path, sheet)
    elif suffix in TEXT:
        cells = _read_text(path, suffix)
    else:
        raise refusal(path, f"suffix {path.suffix!r}", ", ".join((*TEXT, *SPREADSHEETS)))
    if columns is not None or header == 0:
        header = None
    if header_rows > 1 and isinstance(header, int):
        spread_labels(cells, header, header_rows, merged)
    return with_header(path, cells, header, columns, header_rows=header_rows)


def sheet_names(path: Path | str) -> list[str]:
    """Return the names of the sheets that a spreadsheet has."""
    return list(_workbook(Path(path)).sheet_names)


def _suffix(path: Path) -> str:
    return "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()


def decode(content: bytes) -> str:
    """Return text from bytes: UTF-8, UTF-16 with a mark, else Windows Latin-1."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _read_text(path: Path, suffix: str) -> pd.DataFrame:
    """Return all cells of a delimited text file, index = line where the row begins."""
    content = read_bytes(path)
    if content[:4] in (b"PK\x03\x04", b"PAR1", _OLE) or b"\0" in content[2:4096:2]:
        raise refusal(path, "bytes of another kind of file", "text separated by commas")
    text = decode(content)
    if not text.strip():
        raise refusal(path, "an empty file", "a header row and at least one row")
    delimiter = "\t" if suffix.startswith(".tsv") else _delimiter(text)
    if '"' not in text:
        return _parse_fast(text, delimiter)
    try:
        return _parse_exact(text, delimiter)
    except csv.Error as error:  # a quote that is never closed makes one cell of all that follows
        raise refusal(path, f"a cell that does not end ({error})", "quotes in pairs") from error


def _delimiter(text: str) -> str:
    """Return the separator that the first lines use: a comma unless there is none."""
    head = text[:20_000]
    counts = {mark: head.count(mark) for mark in ",;\t|"}
    return "," if counts[","] else max(counts, key=lambda mark: counts[mark])


def _parse_fast(text: str, delimiter: str) -> pd.DataFrame:
    """Parse text without quotes, where one line is one row, by the C parser."""
    import pandas as pd

    width = max(line.count(delimiter) for line in io.StringIO(text)) + 1
    frame = pd.read_csv(
        io.StringIO(text),
        sep=delimiter,
        header=None,
        names=list(range(width)),
        index_col=False,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
        quoting=csv.QUOTE_NONE,
    ).fillna("")
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame


def _parse_exact(text: str, delimiter: str) -> pd.DataFrame:
    """Parse text with quoted cells, which may hold separators and line breaks."""
    import pandas as pd

    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    for row in reader:
        rows.append(row)
        lines.append(start)
        start = reader.line_num + 1
    width = max((len(row) for row in rows), default=0)
    padded = [row + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded, index=lines, columns=range(width), dtype=str)


def _workbook(path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Open a spreadsheet after the guards."""
    import python_calamine

    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise refusal(path, "an empty file", "a spreadsheet")
    if path.suffix.lower() in _ZIPPED:
        if magic != b"PK\x03\x04":
            raise refusal(path, "bytes of another kind of file", "a spreadsheet")
        check_zip(path)
    elif magic != _OLE:
        raise refusal(path, "bytes of another kind of file", "an Excel 97 spreadsheet")
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:  # the library raises several unrelated kinds
        raise refusal(path, f"a damaged spreadsheet ({error})", "a spreadsheet") from error


def _read_sheet(path: Path, sheet: str | int | None) -> tuple[pd.DataFrame, Merged]:
    """Return all cells of one sheet as text, index = row as shown, and its merged cells."""
    import pandas as pd

    workbook = _workbook(path)
    chosen = workbook.get_sheet_by_name(_pick_sheet(path, workbook, sheet))
    texts = [[cell_text(cell) for cell in row] for row in chosen.to_python(skip_empty_area=False)]
    width = max((len(row) for row in texts), default=0)
    cells = pd.DataFrame(texts, index=range(1, len(texts) + 1), columns=range(width), dtype=str)
    return cells, tuple(chosen.merged_cell_ranges or ())


def _pick_sheet(path: Path, workbook: Any, sheet: str | int | None) -> str:  # noqa: ANN401
    """Return the name of the sheet asked for, or of the only one shown that has content."""
    tabs = [item for item in workbook.sheets_metadata if str(item.typ).endswith("WorkSheet")]
    names = [item.name for item in tabs]
    shown = [item.name for item in tabs if str(item.visible).endswith(".Visible")]
    if isinstance(sheet, int) and str(sheet) not in names:
        if not 1 <= sheet <= len(shown):
            raise refusal(path, f"no sheet number {sheet}", f"1 to {len(shown)}, or a name")
        return str(shown[sheet - 1])
    if sheet is not None:
        wanted = str(sheet).strip().casefold()
        found = [name for name in names if name.strip().casefold() == wanted]
        exact = [name for name in names if name == str(sheet)] or found
        if len(exact) != 1:
            allowed = "sheets " + ", ".join(names)
            raise refusal(path, f"no sheet {sheet!r}", allowed, nearest(str(sheet), names))
        return str(exact[0])
    full = [name for name in shown if workbook.get_sheet_by_name(name).height]
    if len(full) != 1:
        text = f"{len(full)} sheets with content" if full else "an empty spreadsheet"
        raise refusal(path, text, "name one with sheet: " + ", ".join(full or names))
    return str(full[0])


def cell_text(cell: object) -> str:
    """Return a typed cell as the text that a CSV would hold."""
    import datetime as dt
    import math

    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime):
        plain = cell.isoformat(sep=" ")
        return plain.removesuffix(" 00:00:00")
    return "" if cell is None else str(cell)


def _read_parquet(path: Path) -> pd.DataFrame:
    """Return a Parquet file as text cells; its rows are numbered from 1."""
    import pandas as pd

    with path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            raise refusal(path, "bytes of another kind of file", "a Parquet file")
    try:
        frame = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise refusal(path, f"a damaged file ({error})", "a Parquet file") from error
    frame = frame.drop(columns=[name for name in frame if name == "geometry"])
    text = pd.DataFrame(
        {
            str(name): frame[name].map(lambda cell: "" if pd.isna(cell) else cell_text(cell))
            for name in frame.columns
        },
        dtype=str,
    )
    text.index = pd.RangeIndex(1, len(text) + 1, name="row")
    return text
