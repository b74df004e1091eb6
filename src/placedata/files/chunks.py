"""Large CSV files, bare, gzipped or in a zip, a piece at a time: never held whole in memory."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from placedata.errors import DataError, Problem
from placedata.files.archives import check_zip

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: A national file of addresses unpacks to about 3 GB, and all energy certificates to about 20 GB.
MOST_BYTES = 60_000_000_000
_BLOCK = 16_000_000
_HEAD = 1_000_000


@dataclass(frozen=True)
class LargeTable:
    """One CSV of a file: the file itself, or one member of a zip.

    Parameters
    ----------
    path
        The file.
    member
        Name in the zip, or None.
    names
        Its columns, in order, without the byte order mark.
    """

    path: Path
    member: str | None
    names: tuple[str, ...]

    def chunks(
        self, columns: Sequence[str], numbers: Sequence[str] = (), *, quoted_lines: bool = False
    ) -> Iterator[pd.DataFrame]:
        """Return pieces of the table, with only the columns asked for.

        Parameters
        ----------
        columns
            Names, as in `names`.
        numbers
            Those of `columns` that are read as float64, NaN where a cell is blank; all others are
            text, "" where blank.
        quoted_lines
            Whether quoted cells may hold line breaks; slower.

        Returns
        -------
        iterator of DataFrame
            Index "row": 2 for the row below the header, as long as no line is blank.

        Raises
        ------
        DataError
            If a row has more or fewer cells than the header, or a number is text.
        """
        import pyarrow as pa

        row = 2
        with _opened(self.path, self.member) as stream:
            try:
                for batch in _batches(stream, columns, numbers, quoted_lines=quoted_lines):
                    frame = batch.to_pandas()
                    frame.index = range(row, row + len(frame))
                    frame.index.name = "row"
                    row += len(frame)
                    yield frame
            except (pa.ArrowInvalid, OSError, EOFError, zipfile.BadZipFile) as error:
                # The row itself is left out of the message: it may be somebody's address.
                found = re.sub(r"(got \d+): .*", r"\1", " ".join(str(error).split()))[:200]
                raise _refusal(self.path, found, "one row like the header on each line") from error


def large_tables(path: Path | str) -> list[LargeTable]:
    """Return the CSV tables of a ``.csv``, ``.csv.gz`` or ``.zip``, with their headers read.

    Raises
    ------
    DataError
        If the file is of another kind, empty, unsafe to unpack, or a zip without a CSV.
    """
    path = Path(path)
    members: list[str | None] = [None]
    if path.suffix.lower() == ".zip":
        members = [
            name
            for name in check_zip(path, most_bytes=MOST_BYTES)
            if name.lower().endswith(".csv") and not name.startswith("__MACOSX")
        ]
        if not members:
            raise _refusal(path, "no CSV in the zip", "a zip with .csv members")
    elif not path.name.lower().endswith((".csv", ".csv.gz", ".txt")):
        raise _refusal(path, f"suffix {path.suffix!r}", ".csv, .csv.gz, .zip")
    return [LargeTable(path, member, _header(path, member)) for member in members]


def _header(path: Path, member: str | None) -> tuple[str, ...]:
    """Return the cells of the first line."""
    import csv

    try:
        with _opened(path, member) as stream:
            first = stream.readline(_HEAD)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise _refusal(path, f"a damaged file ({error})", "a CSV file") from error
    if not first.strip():
        raise _refusal(path, "an empty file", "a header row and at least one row")
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(path, f"a header that is no UTF-8 ({error.reason})", "UTF-8") from error
    if "\0" in text:
        raise _refusal(path, "bytes of another kind of file", "text separated by commas")
    try:
        names = tuple(next(csv.reader(io.StringIO(text))))
    except csv.Error as error:
        raise _refusal(path, f"a header that does not end ({error})", "quotes in pairs") from error
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _refusal(path, "columns twice: " + ", ".join(map(repr, twice)), "each name once")
    return names


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    """Open the bytes of a table."""
    if member is not None:
        with zipfile.ZipFile(path) as archive, archive.open(member) as inner:
            yield inner
    elif path.suffix.lower() == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield cast("IO[bytes]", unpacked)
    else:
        with path.open("rb") as plain:
            yield plain


def _batches(
    stream: IO[bytes], columns: Sequence[str], numbers: Sequence[str], *, quoted_lines: bool
) -> Iterator[pa.RecordBatch]:
    """Return the batches of a CSV by the parser of Arrow."""
    import pyarrow as pa
    from pyarrow import csv

    types: dict[str, Any] = dict.fromkeys(columns, pa.string())
    types |= dict.fromkeys(numbers, pa.float64())
    return iter(
        csv.open_csv(
            stream,
            read_options=csv.ReadOptions(block_size=_BLOCK),
            parse_options=csv.ParseOptions(newlines_in_values=quoted_lines),
            convert_options=csv.ConvertOptions(
                column_types=types,
                include_columns=list(columns),
                null_values=[""],
                strings_can_be_null=False,
            ),
        )
    )


def _refusal(path: Path, found: str, allowed: str) -> DataError:
    return DataError("a table cannot be read", [Problem(path.name, "file", found, allowed)])
