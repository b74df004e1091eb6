"""The schemas for editors accept every right file, and refuse what ``check`` refuses."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest

from placedata.documents import parse_document, read_document
from placedata.recipes.schemas import SCHEMAS, as_text

ROOT = Path(__file__).parents[1]
KINDS = sorted(SCHEMAS)
PLACES = sorted(path.parent for path in (ROOT / "tests" / "real" / "places").glob("*/place.yaml"))
FILES = {
    "layer": [p for place in (ROOT, *PLACES) for p in sorted((place / "layers").glob("*.yaml"))],
    "place": [place / "place.yaml" for place in (ROOT, *PLACES)],
    "framework": [
        *sorted((ROOT / "src" / "placedata" / "frameworks").glob("*.yaml")),
        *sorted((ROOT / "tests" / "index" / "frameworks").glob("*.yaml")),
        *sorted((ROOT / "layers" / "frameworks").glob("*.yaml")),
        *(p for place in PLACES for p in sorted((place / "layers" / "frameworks").glob("*.yaml"))),
    ],
}
EXAMPLES = [
    (kind, f"{page.name} {number}", text)
    for page in sorted((ROOT / "docs").glob("*.md"))
    for number, (kind, text) in enumerate(
        re.findall(
            r"^```yaml (layer|place|framework)\n(.*?)^```$",
            page.read_text("utf-8"),
            re.DOTALL | re.MULTILINE,
        )
    )
]


@pytest.fixture(scope="module")
def checks():
    jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is not installed")
    made = {}
    for kind, make in SCHEMAS.items():
        schema = make()
        jsonschema.Draft7Validator.check_schema(schema)
        made[kind] = jsonschema.Draft7Validator(schema)
    return made


def mistakes(check, data: object) -> list[str]:
    return [f"{list(error.path)}: {error.message}"[:300] for error in check.iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_published_schema_is_up_to_date(kind):
    published = (ROOT / "docs" / f"{kind}.schema.json").read_text("utf-8")
    assert published == as_text(SCHEMAS[kind]()), "remake: python -m placedata.cli.pages docs"


@pytest.mark.parametrize(
    ("kind", "path"),
    [pytest.param(k, p, id=p.relative_to(ROOT).as_posix()) for k in KINDS for p in FILES[k]],
)
def test_schema_accepts_every_file_there_is(checks, kind, path):
    assert mistakes(checks[kind], read_document(path, path.name).data) == []


def test_there_are_files_of_each_kind():
    assert len(FILES["layer"]) > 40
    assert len(FILES["framework"]) >= 6


@pytest.mark.parametrize(
    ("kind", "text"), [pytest.param(kind, text, id=name) for kind, name, text in EXAMPLES]
)
def test_examples_on_the_pages_are_right(checks, kind, text):
    from placedata.catalog import loader
    from placedata.definitions import LayerDefinition, PlaceDefinition
    from placedata.documents import Document, validate
    from placedata.framework import Framework

    document = parse_document(text, "example")
    assert mistakes(checks[kind], document.data) == []
    models = {"layer": LayerDefinition, "place": PlaceDefinition, "framework": Framework}
    data = document.data if kind == "place" else {"id": "example", **document.data}
    assert validate(models[kind], Document("example", data, document.lines))[1] == []
    if kind == "layer":
        own = {key: value for key, value in data["source"].items() if key != "loader"}
        loader(data["source"]["loader"]).Source.model_validate(own)


LAYER = {
    "title": "Air", "unit": "µg/m³", "polarity": "lower_is_better", "period": 2023,
    "goalposts": {"best": 5, "worst": 60}, "publisher": "P", "licence": "OGL-UK-3.0",
    "source": {"loader": "table", "file": "data/a.csv", "combine": "sum"}, "value": "no2",
}  # fmt: skip
PLACE = {
    "name": "P", "geography": "wd25", "publisher": "P",
    "boundaries": {"wd25": "data/w.geojson", "lsoa21": {"file": "data/l.geojson"}},
    "lookups": [{"from": "lsoa21", "to": "wd25", "by": "postcodes"}],
}  # fmt: skip
FRAMEWORK = {
    "title": "F", "levels": ["index"], "nodes": [{"id": "all", "level": "index", "title": "All"}],
    "method": {"indicator": {"normalise": {"rule": "min_max", "outside": "clip"}}},
}  # fmt: skip
RIGHT = {"layer": LAYER, "place": PLACE, "framework": FRAMEWORK}


def changed(kind: str, at: str, value: object) -> dict:
    """A right file with one field set; None takes the field out."""
    data = copy.deepcopy(RIGHT[kind])
    here = data
    *way, last = at.split(".")
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_schema_accepts_a_short_file(checks, kind):
    assert mistakes(checks[kind], RIGHT[kind]) == []


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        ("layer", "titel", "Air"),
        ("layer", "title", None),
        ("layer", "unit", 5),
        ("layer", "polarity", "higher_is_beter"),
        ("layer", "weight", -1),
        ("layer", "goalposts.bets", 5),
        ("layer", "goalposts.worst", "60"),
        ("layer", "source.loader", "tabel"),
        ("layer", "source.fiel", "data/a.csv"),
        ("layer", "source.file", None),
        ("layer", "source.combine", "add"),
        ("layer", "source.observed_property", "NO2"),  # a field of another loader
        ("layer", "source", None),
        ("layer", "compare", {"fiel": "data/b.csv"}),
        ("layer", "apportion", "weighted_mean"),  # without weighted_by
        ("layer", "value", {"denominator": "people", "pre": 100}),
        ("layer", "value", {"numerator": "cases"}),
        ("layer", "period", {"form": "year"}),
        ("layer", "period", [2020.5]),
        ("layer", "expect", {"coverage": 60}),
        ("layer", "caveats", "one"),
        ("place", "nmae", "P"),
        ("place", "boundaries", None),
        ("place", "boundaries.wd25", 5),
        ("place", "boundaries.lsoa21.fiel", "data/l.geojson"),
        ("place", "lookups.0.by", "postcode"),
        ("place", "lookups.0.by", "file"),
        ("place", "lookups.0.by", "population"),
        ("place", "lookups.0.form", "lsoa21"),
        ("place", "disclosure", {"threshold": 0}),
        ("framework", "node", []),
        ("framework", "levels", []),
        ("framework", "nodes.0.titel", "All"),
        ("framework", "method.indicator.normalise", "minmax"),
        ("framework", "method.indicator.normalise.outsid", "clip"),
        ("framework", "method.indicator.treat", "winsorise"),  # needs a share
        ("framework", "method.indicator.treat", {"rule": "none", "share": 0.1}),
        ("framework", "method.levels", {"index": {"aggregate": "mean"}}),
    ],
)
def test_schema_refuses_what_check_refuses(checks, kind, at, value):
    data = changed(kind, at, value)
    assert mistakes(checks[kind], data) != []
    assert refused_by_the_program(kind, data)


def refused_by_the_program(kind: str, data: dict) -> bool:
    from pydantic import ValidationError

    from placedata.catalog import loader, loader_names
    from placedata.definitions import LayerDefinition, PlaceDefinition
    from placedata.framework import Framework

    models = {"layer": LayerDefinition, "place": PlaceDefinition, "framework": Framework}
    try:
        models[kind].model_validate(data if kind == "place" else {"id": "one", **data})
        if kind == "layer":
            for own in (data["source"], {**data["source"], **data.get("compare", {})}):
                fields = {key: item for key, item in own.items() if key != "loader"}
                if own["loader"] not in loader_names():
                    return True
                loader(own["loader"]).Source.model_validate(fields)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        ("layer", "period", "2022/23"),
        ("layer", "period", [2021, "2022"]),
        ("layer", "period", {"from": "Year"}),
        ("layer", "component", "environmental_quality"),
        ("layer", "goalposts", {"best": 5.5, "worst": 60}),
        ("layer", "compare", {"file": "data/b.csv"}),
        ("layer", "value", {"denominator": "people", "per": 100}),
        ("layer", "source", {"loader": "laqn", "sites": "d/s.csv", "observations": ["d/a.csv"],
                             "observed_property": "NO2"}),
        ("place", "data_roots", {"data": "../elsewhere"}),
        ("framework", "method.indicator.normalise", "z_score"),
        ("framework", "method.indicator.treat", {"rule": "winsorise", "share": 0.1}),
    ],
)  # fmt: skip
def test_schema_accepts_other_ways_of_writing(checks, kind, at, value):
    data = changed(kind, at, value)
    assert mistakes(checks[kind], data) == []
    assert not refused_by_the_program(kind, data)


def test_editor_is_told_what_a_field_means():
    fields = SCHEMAS["layer"]()["properties"]
    assert fields["polarity"]["description"].startswith("Which way is good")
    assert [name for name, field in fields.items() if "description" not in field] == []


def test_command_prints_the_schema(capsys):
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    done = CliRunner().invoke(app, ["schema", "place"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["title"] == "A place file of placedata"


def test_command_writes_all_schemas_to_a_folder(tmp_path):
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    assert CliRunner().invoke(app, ["schema", "--out", str(tmp_path)]).exit_code == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(f"{kind}.schema.json" for kind in [*KINDS, "scorecard"])


def test_command_names_the_kinds_that_there_are():
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    done = CliRunner().invoke(app, ["schema", "plase"])
    assert done.exit_code == 2
    assert "did you mean 'place'?" in done.output
