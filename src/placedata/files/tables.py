"""Tables of text cells with line numbers, from CSV, spreadsheets and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from placedata.errors import DataError, Problem, nearest
from placedata.files.archives import check_zip, read_bytes

if TYPE_CHECKING:
    import pandas as pd

    Header = Literal["auto"] | int | None

SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
_ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods")
_OLE = b"\xd0\xcf\x11\xe0"
_HEADER_ROWS = 40


def read_table(
    path: Path | str,
    *,
    sheet: str | None = None,
    header: Header = "auto",
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return a table whose cells are all text, as the file holds them.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv`` or ``.txt`` (also ``.gz``), ``.xlsx``, ``.xls``, ``.ods``, ``.parquet``.
        Text may be UTF-8 with or without a byte order mark, UTF-16 with one, or Latin-1.
    sheet
        Name of the sheet; needed where a spreadsheet has several with content.
    header
        "auto" skips title rows; a number is the 1-based row of the header; None or 0: no header.
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
    suffix = _suffix(path)
    if suffix == ".parquet":
        return _read_parquet(path)
    if suffix in SPREADSHEETS:
        cells = _read_sheet(path, sheet)
    elif suffix in TEXT:
        cells = _read_text(path, suffix)
    else:
        raise _refusal(path, f"suffix {path.suffix!r}", ", ".join((*TEXT, *SPREADSHEETS)))
    if columns is not None or header == 0:
        header = None
    return _with_header(path, cells, header, columns)


def sheet_names(path: Path | str) -> list[str]:
    """Return the names of the sheets that a spreadsheet has."""
    return list(_workbook(Path(path)).sheet_names)


def _suffix(path: Path) -> str:
    return "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()


def _refusal(path: Path, found: str, allowed: str, guess: str | None = None) -> DataError:
    problem = Problem(path.name, "file", found, allowed, None, guess)
    return DataError("a table cannot be read", [problem])


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
        raise _refusal(path, "bytes of another kind of file", "text separated by commas")
    text = decode(content)
    if not text.strip():
        raise _refusal(path, "an empty file", "a header row and at least one row")
    delimiter = "\t" if suffix.startswith(".tsv") else _delimiter(text)
    return _parse_fast(text, delimiter) if '"' not in text else _parse_exact(text, delimiter)


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
        raise _refusal(path, "an empty file", "a spreadsheet")
    if path.suffix.lower() in _ZIPPED:
        if magic != b"PK\x03\x04":
            raise _refusal(path, "bytes of another kind of file", "a spreadsheet")
        check_zip(path)
    elif magic != _OLE:
        raise _refusal(path, "bytes of another kind of file", "an Excel 97 spreadsheet")
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:  # the library raises several unrelated kinds
        raise _refusal(path, f"a damaged spreadsheet ({error})", "a spreadsheet") from error


def _read_sheet(path: Path, sheet: str | None) -> pd.DataFrame:
    """Return all cells of one sheet as text, index = row as the spreadsheet shows it."""
    import pandas as pd

    workbook = _workbook(path)
    names = list(workbook.sheet_names)
    if sheet is not None and sheet not in names:
        found = [name for name in names if name.strip().casefold() == sheet.strip().casefold()]
        if len(found) != 1:
            raise _refusal(
                path, f"no sheet {sheet!r}", "sheets " + ", ".join(names), nearest(sheet, names)
            )
        sheet = found[0]
    if sheet is None:
        full = [name for name in names if workbook.get_sheet_by_name(name).height]
        if len(full) != 1:
            found_text = f"{len(full)} sheets with content" if full else "an empty spreadsheet"
            raise _refusal(path, found_text, "name one with sheet: " + ", ".join(full or names))
        sheet = full[0]
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    texts = [[cell_text(cell) for cell in row] for row in rows]
    width = max((len(row) for row in texts), default=0)
    return pd.DataFrame(texts, index=range(1, len(texts) + 1), columns=range(width), dtype=str)


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
            raise _refusal(path, "bytes of another kind of file", "a Parquet file")
    try:
        frame = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise _refusal(path, f"a damaged file ({error})", "a Parquet file") from error
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


def _with_header(
    path: Path, cells: pd.DataFrame, header: Header, columns: Sequence[str] | None
) -> pd.DataFrame:
    """Name the columns and keep the rows below the header that are not blank."""
    filled = (cells.apply(lambda column: column.str.strip()) != "").sum(axis=1)
    if not filled.any():
        raise _refusal(path, "an empty file", "a header row and at least one row")
    names: list[str]
    if header is None:
        names = list(columns or [])
        if len(names) > cells.shape[1]:
            raise _refusal(path, f"{cells.shape[1]} columns", f"{len(names)} columns, as named")
        names += [f"col{number}" for number in range(len(names) + 1, cells.shape[1] + 1)]
        body = cells
    else:
        row = _find_header(filled) if header == "auto" else header
        if row not in cells.index:
            raise _refusal(path, f"no row {row}", f"rows 1 to {cells.index.max()}")
        names = _unique_names(list(cells.loc[row]))
        body = cells[cells.index > row]
    body = body[filled[body.index] > 0]
    used = [
        position
        for position, name in enumerate(names)
        if name != f"col{position + 1}" or header is None or (body.iloc[:, position] != "").any()
    ]
    table = body.iloc[:, used].copy()
    table.columns = [names[position] for position in used]
    table.index.name = "row"
    return table


def _find_header(filled: pd.Series) -> int:
    """Return the row of the header: the first that is nearly as wide as the table below it."""
    head = filled[filled > 0].head(_HEADER_ROWS)
    width = head.quantile(0.75)
    wide = head[head >= max(1.0, 0.6 * width)]
    return int(wide.index[0])


def _unique_names(cells: list[str]) -> list[str]:
    """Return column names: whitespace collapsed, blanks and repeats made distinct."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).split()) or f"col{position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
