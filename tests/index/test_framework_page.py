"""docs/framework.md: its files are valid, its command says what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from placedata.catalog import read_framework
from placedata.framework import Framework, Method

PAGE = Path(__file__).parents[2] / "docs" / "framework.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FOUND = BLOCK.findall(PAGE.read_text("utf-8"))
METHODS = [
    text for language, beside, text in FOUND if (language, beside.strip()) == ("yaml", "method")
]
FILES = {
    re.findall(r'title="(.+?)"', beside)[0]: text for _, beside, text in FOUND if "title" in beside
}


def test_the_page_has_what_it_promises():
    assert len(METHODS) == 13
    names = {"liveable.yaml", "towns.csv", "differs.yaml", "districts.yaml", "varied.yaml"}
    assert set(FILES) == names


@pytest.mark.parametrize("text", METHODS)
def test_every_method_can_be_pasted_into_a_framework(text):
    method = YAML(typ="safe").load(text)
    Method.model_validate(method)
    items = ["no2", "damp"]
    Framework.model_validate(
        {
            "id": "x", "title": "X", "levels": ["index"],
            "nodes": [{"id": "top", "level": "index", "title": "Top"}],
            "method": method,
            "indicators": [
                {"id": name, "component": "top", "goalposts": {"best": 9, "worst": 1}}
                for name in items
            ],
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".yaml")])
def test_every_file_on_the_page_is_a_framework(name, tmp_path):
    (tmp_path / name).write_text(FILES[name], "utf-8")
    assert read_framework(tmp_path / name).title


def test_the_command_on_the_page_says_what_the_page_shows(tmp_path, monkeypatch):
    from placedata.cli.commands import app

    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    [console] = [text for language, _, text in FOUND if language == "console"]
    command, shown = console.split("\n", 1)
    done = CliRunner().invoke(app, command.removeprefix("$ placedata ").split())
    assert done.exit_code == 0, done.output
    assert [line.strip() for line in done.stderr.strip().splitlines()] == [
        line.strip() for line in shown.strip().splitlines()
    ]


def test_the_figures_of_the_page_by_hand():
    """Homes weigh twice as much; damp is 40, 60 and 50 in a thousand."""
    abbey = (100 * (45 - 13) / 40 + 2 * (100 + 100) / 2) / 3
    chalk = (100 * (45 - 37) / 40 + 2 * 100 * (60 - 50) / (60 - 40)) / 3
    brook = (100 * (45 - 25) / 40 + 2 * 0) / 3
    text = PAGE.read_text("utf-8")
    for value in (abbey, chalk, brook):
        assert f"{value:.2f}" in text


def test_every_rule_is_on_this_page_or_in_the_method():
    text = PAGE.read_text("utf-8") + (PAGE.parent / "method.md").read_text("utf-8")
    for rule in ("clip", "roll_up", "reverse", "renormalise", "best_and_worst", "rows_per_child"):
        assert f"`{rule}" in text or f"{rule}:" in text, rule
