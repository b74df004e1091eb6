"""What is kept of files while a place is built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from placedata.files import keeping, read_table, sha256
from placedata.files.kept import kept


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "wards.csv"
    path.write_text("code,people\nE05990001,10\nE05990002,20\n")
    return path


def test_a_file_that_is_written_anew_during_a_build_is_read_anew(table: Path) -> None:
    with keeping():
        before, was = read_table(table), sha256(table)
        table.write_text("code,people\nE05990001,11\nE05990002,22\n")
        os.utime(table, ns=(1, 1))  # even within one tick of the file system's clock
        after = read_table(table)
        assert list(before["people"]) == ["10", "20"]
        assert list(after["people"]) == ["11", "22"]
        assert sha256(table) != was


def test_what_one_reader_does_to_a_table_no_other_reader_sees(table: Path) -> None:
    with keeping():
        mine = read_table(table)
        mine.loc[2, "people"] = "spoilt"
        mine["more"] = "new"
        assert list(read_table(table)["people"]) == ["10", "20"]
        assert "more" not in read_table(table)


def test_a_table_read_in_two_ways_is_two_tables(table: Path) -> None:
    with keeping():
        assert list(read_table(table).columns) == ["code", "people"]
        assert list(read_table(table, header=None).columns) == ["col1", "col2"]


def test_no_more_is_kept_than_asked_for_and_the_longest_unused_goes_first() -> None:
    made: list[str] = []

    def ask(name: str, size: int) -> None:
        kept(name, lambda: made.append(name), lambda _: size)

    with keeping(most=10):
        for name, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4), ("d", 11)):
            ask(name, size)
        ask("d", 11)
    ask("a", 4)
    assert made == ["a", "b", "c", "b", "d", "d", "a"]
