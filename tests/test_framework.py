"""Framework files: what they may say, and that every mistake in one is told at once."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

import placedata.framework
from placedata.framework import Framework, Indicator, Normalise

SHIPPED = Path(placedata.framework.__file__).parents[1] / "frameworks"
TREE = {
    "basic_human_needs": [
        "nutrition_and_basic_medical_care",
        "water_and_sanitation",
        "shelter",
        "personal_safety",
    ],
    "foundations_of_wellbeing": [
        "access_to_basic_knowledge",
        "access_to_information_and_communications",
        "health_and_wellness",
        "environmental_quality",
    ],
    "opportunity": [
        "personal_rights",
        "personal_freedom_and_choice",
        "inclusiveness",
        "access_to_advanced_education",
    ],
}


def read(name: str) -> dict:
    return YAML(typ="safe").load(SHIPPED / f"{name}.yaml")


def small() -> dict:
    return {
        "id": "small",
        "title": "Small",
        "levels": ["index", "component"],
        "nodes": [
            {"id": "top", "level": "index", "title": "Top"},
            {"id": "air", "level": "component", "title": "Air", "parent": "top"},
        ],
        "indicators": [{"id": "no2", "component": "air", "polarity": "lower_is_better"}],
    }


def mistakes(document: dict) -> dict[tuple, dict]:
    with pytest.raises(ValidationError) as caught:
        Framework.model_validate(document)
    return {error["loc"]: error for error in caught.value.errors()}


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_every_shipped_framework_is_valid_and_named_as_its_file(name):
    framework = Framework.model_validate(read(name))
    assert framework.id == name
    assert framework.description
    assert framework.notice
    assert framework.bottom_up()[-1] == framework.top


@pytest.mark.parametrize("name", ["social_progress", "social_progress_ward"])
def test_the_tree_of_the_social_progress_index_has_its_three_dimensions_and_twelve_components(name):
    framework = Framework.model_validate(read(name))
    assert framework.levels == ("index", "dimension", "component")
    found = {
        dimension.id: [component.id for component in framework.children(dimension.id)]
        for dimension in framework.children(framework.top.id)
    }
    assert found == TREE
    assert "Social Progress Index-style, not endorsed" in framework.notice
    assert all(node.question for node in framework.nodes)


def test_the_two_social_progress_frameworks_share_one_tree():
    assert read("social_progress")["nodes"] == read("social_progress_ward")["nodes"]


def test_layers_bring_indicators_to_a_framework_without_changing_it():
    ward = Framework.model_validate(read("social_progress_ward"))
    item = Indicator(id="no2", component="environmental_quality", polarity="lower_is_better")
    filled = ward.with_indicators([item])
    assert filled.indicators_of("environmental_quality") == (item,)
    assert filled.columns == ("no2",)
    assert ward.indicators == ()


def test_all_structural_mistakes_are_told_at_once_with_their_place():
    document = small()
    document["nodes"] += [
        {"id": "air", "level": "component", "title": "Air", "parent": "elsewhere"},
        {"id": "lost", "level": "component", "title": "Lost", "parent": "tpo"},
        {"id": "a", "level": "component", "title": "A", "parent": "b"},
        {"id": "b", "level": "component", "title": "B", "parent": "a"},
        {"id": "second", "level": "index", "title": "Second"},
        {"id": "odd", "level": "compnent", "title": "Odd", "parent": "top"},
    ]
    document["indicators"] += [
        {"id": "x", "component": "aire"},
        {"id": "x", "component": "air"},
        {"id": "y", "component": "air", "goalposts": {"best": 5, "worst": 60}},
        {"id": "z", "component": "air", "polarity": "neutral"},
    ]
    document["method"] = {
        "indicator": {"normalise": "min_mx", "treat": {"rule": "winsorise"}},
        "levels": {"componnt": {}, "component": {"aggregate": {"rule": "sum", "floor": 1}}},
    }
    found = mistakes(document)
    words = {loc: error["msg"] for loc, error in found.items()}
    assert "two parents, 'top' and 'elsewhere'" in words[("nodes", 2, "id")]
    assert "'tpo'" in words[("nodes", 3, "parent")]
    assert found[("nodes", 3, "parent")]["ctx"]["suggestion"] == "top"
    assert "circle: a -> b -> a" in words[("nodes", 4, "parent")]
    assert "only the top node 'top'" in words[("nodes", 6)]
    assert found[("nodes", 7, "level")]["ctx"]["suggestion"] == "component"
    assert found[("indicators", 1, "component")]["ctx"]["suggestion"] == "air"
    assert "has the id of an indicator" in words[("indicators", 2, "id")]
    assert "inverted" in words[("indicators", 3, "goalposts")]
    assert "neutral" in words[("indicators", 4, "polarity")]
    assert "min_max" in words[("method", "indicator", "normalise")]
    assert found[("method", "indicator", "normalise")]["ctx"]["suggestion"] == "min_max"
    assert words[("method", "indicator", "treat", "rule")] == "winsorise needs share"
    assert found[("method", "levels", "componnt")]["ctx"]["suggestion"] == "component"
    assert "sum takes no options" in words[("method", "levels", "component", "aggregate", "floor")]


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"titel": "x"}, ("titel",)),
        ({"levels": ["index", "component", "indicator"]}, ("levels",)),
        ({"nodes": []}, ("nodes",)),
        ({"polarity": "neutral"}, ("polarity",)),
        ({"nodes": [{"id": "top", "level": "index", "title": "T", "parent": "top"}]}, ("nodes",)),
    ],
)
def test_a_mistake_in_one_field_is_told_at_that_field(change, loc):
    assert loc in mistakes({**small(), "indicators": [], **change})


def test_a_component_may_not_lie_below_a_component():
    document = small()
    document["nodes"].append({"id": "deep", "level": "component", "title": "D", "parent": "air"})
    assert "levels go down: index, component" in mistakes(document)[("nodes", 2, "level")]["msg"]


def test_an_indicator_may_not_share_its_id_with_a_node():
    document = small()
    document["indicators"].append({"id": "air", "component": "air"})
    assert "the id of a node" in mistakes(document)[("indicators", 1, "id")]["msg"]


@pytest.mark.parametrize(
    ("polarity", "goalposts", "right"),
    [
        ("lower_is_better", {"best": 5, "worst": 60}, True),
        ("lower_is_better", {"best": 60, "worst": 5}, False),
        ("higher_is_better", {"best": 60, "worst": 5}, True),
        ("higher_is_better", {"best": 5, "worst": 60}, False),
        ("higher_is_better", {"best": 5, "worst": 5}, False),
    ],
)
def test_goalposts_must_lie_the_way_that_polarity_says(polarity, goalposts, right):
    document = small()
    document["indicators"][0] |= {"polarity": polarity, "goalposts": goalposts}
    if right:
        assert Framework.model_validate(document)
    else:
        assert ("indicators", 0, "goalposts") in mistakes(document)


def test_the_distance_from_a_target_is_better_when_small():
    document = small()
    item = {"id": "no2", "component": "air", "polarity": "neutral", "target": 21}
    document["indicators"] = [{**item, "goalposts": {"best": 0, "worst": 10}}]
    assert Framework.model_validate(document).indicators[0].target == 21


def test_a_rule_without_options_may_be_its_bare_name():
    assert Normalise.model_validate("z_score") == Normalise(rule="z_score")


def test_the_columns_of_a_framework_include_what_its_rules_refer_to():
    document = small()
    document["indicators"][0] |= {
        "denominator": "people",
        "impute": {"rule": "group_mean", "by": "borough"},
        "treat": {"rule": "shrink", "by": "borough", "standard_error": "no2_se"},
    }
    document["indicators"].append(
        {"id": "pm", "component": "air", "impute": {"rule": "last_value", "from": "pm_before"}}
    )
    columns = Framework.model_validate(document).columns
    assert columns == ("no2", "pm", "people", "borough", "no2_se", "pm_before")


def test_the_schema_for_editors_offers_the_bare_names_of_rules_without_needs():
    schema = Framework.model_json_schema()
    [bare, full] = schema["$defs"]["Treat"]["anyOf"]
    assert bare["enum"] == ["none", "winsorise_by_skew", "skew_kurtosis"]
    assert full["properties"]["share"]["anyOf"][0]["type"] == "number"
    assert schema["additionalProperties"] is False


def test_validating_leaves_the_document_as_it_was():
    document = small()
    before = copy.deepcopy(document)
    Framework.model_validate(document)
    assert document == before


def test_importing_the_framework_types_does_not_import_pandas_or_numpy():
    code = "import sys, placedata.framework; print(sorted({'numpy', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
