"""What has been made is kept up to a weight in bytes, however many things it is."""

from __future__ import annotations

import tracemalloc

import pytest

from dashboard import served
from dashboard.weighing import weight_of
from placedata.maps.rows import ShownArea


def rows(count: int) -> tuple[ShownArea, ...]:
    return tuple(
        ShownArea(f"E0599{at:04d}", f"Ward {at}", at / 7, f"{at / 7:.1f}", f"{at / 7:.1f} years",
                  "", at, f"{at}th of {count}", at % 5, at / 9)
        for at in range(1000, count + 1000)
    )  # fmt: skip


def test_a_view_of_thousands_of_areas_weighs_about_what_the_interpreter_took_for_it():
    tracemalloc.start()
    made = rows(5_000)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert weight_of(made) == pytest.approx(taken, rel=0.35)


def test_the_least_used_are_forgotten_when_the_bytes_are_used_up(monkeypatch):
    monkeypatch.setattr(served, "MOST_BYTES", 250_000)
    kept, asked = served.Served(None), []

    def page(name: str) -> bytes:
        return kept.made(name, lambda: asked.append(name) or bytes(100_000))

    for name in ("a", "b", "a", "c", "a", "b"):
        page(name)
    # of three pages of 100 kB two fit: b is forgotten for c, and a is used all the time
    assert asked == ["a", "b", "c", "b"]


def test_one_thing_that_is_larger_than_the_bound_is_kept_until_the_next(monkeypatch):
    monkeypatch.setattr(served, "MOST_BYTES", 1_000)
    kept, made = served.Served(None), []
    for _ in range(2):
        kept.made("map", lambda: made.append(1) or bytes(5_000))
    assert len(made) == 1


def test_a_small_answer_outlives_the_large_things_that_were_made_after_it(monkeypatch):
    monkeypatch.setattr(served, "MOST_BYTES", 1_000_000)
    kept, asked = served.Served(None), []
    for name, size in (("answer", 10_000), *((f"view {at}", 400_000) for at in range(6))):
        kept.made(name, lambda name=name, size=size: asked.append(name) or bytes(size))
    kept.made("answer", lambda: asked.append("again"))
    assert asked.count("answer") == 1
    assert "again" not in asked
