"""The example worked by hand in docs/method.md is what the engine computes."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from placedata.framework import (
    Aggregate,
    Bounds,
    Framework,
    Impute,
    Normalise,
    Rescale,
    Transform,
    Treat,
    Weights,
)
from placedata.index import NO_INTERVALS, score

PAGE = Path(__file__).parents[2] / "docs" / "method.md"


def page_framework(page: str) -> Framework:
    [block] = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    return Framework.model_validate(YAML(typ="safe").load(block))


def page_table(page: str, name: str) -> pd.DataFrame:
    """Return the Markdown table whose first header cell is `name`."""
    lines = page.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {name} |"))
    cells = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells.append([cell.strip() for cell in line.strip("|").split("|")])
    rows = [[row[0], *(float(cell) if cell else np.nan for cell in row[1:])] for row in cells[2:]]
    return pd.DataFrame(rows, columns=cells[0]).set_index(name)


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def test_the_example_on_the_method_page_is_what_the_engine_computes(page):
    expected = page_table(page, "scores")
    scores = score(page_table(page, "values"), page_framework(page))
    nodes = ["no2", "trees", "crime", "surroundings", "safety", "liveability"]
    np.testing.assert_allclose(
        scores.wide().loc[expected.index, nodes], expected[nodes], atol=0.0006
    )
    top = scores.of("liveability")
    assert top["rank"].tolist() == expected["rank"].tolist()
    assert top["coverage"].tolist() == expected["coverage"].tolist()


def test_the_bounds_told_on_the_method_page_are_those_the_engine_used(page):
    bounds = score(page_table(page, "values"), page_framework(page)).bounds.set_index("indicator")
    assert "from 32.929 to\n67.071" in page
    assert bounds.loc["crime", "best"] == pytest.approx(32.929, abs=0.0005)
    assert bounds.loc["crime", "worst"] == pytest.approx(67.071, abs=0.0005)
    assert bounds.loc["no2", ["worst", "best", "rule"]].tolist() == [45, 5, "goalposts"]


def test_the_method_page_names_every_rule_and_the_words_shown_with_ranks(page):
    for model in (Transform, Impute, Treat, Bounds, Normalise, Weights, Aggregate, Rescale):
        for rule in typing.get_args(typing.get_type_hints(model)["rule"]):
            assert f"`{rule}`" in page, f"{model.__name__} {rule} is not on the page"
    assert NO_INTERVALS in page
