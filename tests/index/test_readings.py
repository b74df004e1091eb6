"""Diagnostics in plain words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placedata.framework import Framework
from placedata.index import readings, score


def read(table: pd.DataFrame) -> str:
    chosen = Framework.model_validate(
        {"id": "x", "title": "X", "levels": ["index"],
         "nodes": [{"id": "x", "level": "index", "title": "Homes"}],
         "method": {"indicator": {"normalise": "z_score"}},
         "indicators": [{"id": name, "component": "x"} for name in table]}
    )  # fmt: skip
    found = readings(score(table, chosen).diagnostics, {"x": "Homes"})
    return found["text"].item() if len(found) else ""


def test_parts_that_belong_together_are_said_to():
    rng = np.random.default_rng(1)
    common = rng.normal(size=50)
    table = pd.DataFrame({name: common + 0.3 * rng.normal(size=50) for name in "abcd"})
    table.index = [f"w{at}" for at in range(50)]
    said = read(table)
    assert said.startswith("Homes: 4 parts, 50 areas with all of them; enough in common")
    assert "they measure one thing" in said
    assert "eigenvalues" not in said
    assert "against" not in said


def test_two_things_in_one_node_and_parts_that_oppose_it_are_named():
    rng = np.random.default_rng(2)
    one, two = rng.normal(size=(2, 60))
    table = pd.DataFrame(
        {"a": one, "b": one + 0.1 * rng.normal(size=60), "turned": -one, "c": two,
         "d": two + 0.1 * rng.normal(size=60)},
        index=[f"w{at}" for at in range(60)],
    )  # fmt: skip
    said = read(table)
    assert "2 eigenvalues above 1: more than one thing is measured" in said
    assert "against the others: turned" in said
    assert "do not measure one thing" in said


def test_a_single_part_has_nothing_to_be_said():
    assert read(pd.DataFrame({"a": [1.0, 2, 3]}, index=list("xyz"))) == ""


def test_too_few_areas_are_said_to_be():
    table = pd.DataFrame({"a": [1.0, 2], "b": [2.0, 1]}, index=["x", "y"])
    assert "too few areas to measure how they go together" in read(table)
