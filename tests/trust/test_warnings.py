"""What is doubtful and no mistake: planted, and told; what is right is not doubted."""

import json
from dataclasses import dataclass, field

import pandas as pd
import pytest

from placedata.definitions import LayerDefinition
from placedata.trust.warnings import doubts

WARDS = [f"E0599000{number}" for number in range(1, 10)]
STEADY = [3, 1, 4, 1.5, 5, 9, 2, 6, 5.5]


@dataclass
class Summary:
    period: str
    place: float | None


@dataclass
class Layer:
    definition: LayerDefinition
    values: pd.DataFrame
    summaries: list[Summary] = field(default_factory=list)
    periods: list[str] = field(default_factory=lambda: ["2023"])


def layer(name, figures=STEADY, *, polarity="higher_is_better", source=None, component="shelter"):
    definition = LayerDefinition.model_validate(
        {
            "id": name, "title": name, "unit": "x", "polarity": polarity, "component": component,
            "source": source or {"loader": "table", "file": f"data/{name}.csv"}, "value": "v",
            "publisher": "p", "licence": "CC0-1.0",
        }
    )  # fmt: skip
    codes = WARDS[: len(figures)]
    rows = {"area_code": codes, "period": "2023", "value": pd.Series(figures, dtype=float)}
    return Layer(definition, pd.DataFrame(rows))


def told(*layers):
    return [(doubt.kind, doubt.layers) for doubt in doubts(layers)]


def test_one_source_and_column_in_one_component_counts_twice():
    source = {"loader": "table", "file": "data/a.csv"}
    other = [5, 2, 2, 9, 1, 4, 4, 3, 8]
    one, two = layer("one", source=source), layer("two", other, source=source)
    assert told(one, two) == [("same source", ("one", "two"))]
    assert told(one, layer("two", other, source=source, component="nutrition")) == []
    assert told(one, layer("two", other, source={**source, "rows": {"x": "y"}})) == []


def test_indicators_that_say_the_same_are_told_either_way_round():
    noisy = [value + 0.1 * (-1) ** at for at, value in enumerate(STEADY)]
    assert told(layer("one"), layer("two", noisy)) == [("correlated", ("one", "two"))]
    turned = layer("two", [-value for value in noisy], polarity="lower_is_better")
    assert told(layer("one"), turned) == [("correlated", ("one", "two"))]


def test_indicators_that_are_only_alike_are_not_doubted():
    # Pearson 0.88, worked out with a spreadsheet's CORREL
    alike = [3.5, 1, 5, 3, 3, 8, 1, 7, 5]
    assert pd.Series(STEADY).corr(pd.Series(alike, dtype=float)) == pytest.approx(0.88, abs=0.02)
    assert told(layer("one"), layer("two", alike)) == []


def test_an_indicator_the_wrong_way_round_is_told():
    first = layer("first", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    second = layer("second", [2, 1, 5, 3, 4, 8, 6, 9, 7])
    wrong = layer("wrong", [9, 7, 8, 5, 6, 3, 4, 1, 2])
    assert ("polarity", ("wrong",)) in told(first, second, wrong)
    right = layer("wrong", [9, 7, 8, 5, 6, 3, 4, 1, 2], polarity="lower_is_better")
    assert [kind for kind, _ in told(first, second, right) if kind == "polarity"] == []


def test_two_that_contradict_each_other_are_one_doubt():
    opposite = layer("two", [-value for value in STEADY])
    assert told(layer("one"), opposite) == [("polarity", ("one", "two"))]


def test_outliers_are_wards_beyond_five_median_absolute_deviations():
    # median 5, deviations 4 3 2 1 0 1 2 3 and then the last: their median is 2
    at_the_edge = [1, 2, 3, 4, 5, 6, 7, 8, 15]
    assert told(layer("one", at_the_edge)) == []
    (doubt,) = doubts([layer("one", [*at_the_edge[:-1], 16])])
    assert doubt.kind == "outlier"
    assert "E05990009 (16) lies 5.5 median absolute deviations from the median 5" in doubt.text


def test_equal_figures_have_no_outliers_however_the_last_digit_falls():
    assert told(layer("one", [0.1 + 0.2, *[0.3] * 6, 0.4, 9])) == []


def test_few_wards_raise_no_doubt():
    assert told(layer("one", [1, 2, 90]), layer("two", [1, 2, 90])) == []


def test_a_place_that_jumps_between_periods_is_told():
    jumping = layer("one")
    jumping.periods = ["2021", "2022", "2023"]
    jumping.summaries = [Summary("2023", 10.0), Summary("2022", 31.0), Summary("2021", 11.0)]
    (doubt,) = doubts([jumping])
    assert doubt.text.endswith("from 31 in 2022 to 10 in 2023, a factor of 3.1")
    jumping.summaries = [Summary("2023", 10.0), Summary("2022", 30.0), Summary("2021", None)]
    assert doubts([jumping]) == []


def test_warnings_are_kept_in_the_snapshot_and_told_by_check_and_build(toy_place, capsys):
    from placedata.cli.build import build
    from placedata.cli.check import check

    table = "WD25CD,cases,year\n" + "".join(
        f"E0599000{ward},{cases},{year}\n"
        for year, cases in ((2022, 10), (2023, 90))
        for ward in (1, 2, 3, 4)
    )
    toy_place.write("data/cases.csv", table)
    toy_place.layer(
        "cases",
        "title: Cases\nunit: cases\npolarity: neutral\nstatistic: sum\nvalue: cases\n"
        "source: {loader: table, file: data/cases.csv}\nperiod: {from: year}\n",
    )
    text = "cases: the figure of the place goes from 40 in 2022 to 360 in 2023, a factor of 9.0"
    place = str(toy_place.folder)
    check(place=place)
    assert f"Warning: {text}." in capsys.readouterr().err
    check(place=place, as_json=True)
    assert json.loads(capsys.readouterr().out)["warnings"] == [
        {"kind": "jump", "layers": ["cases"], "text": text}
    ]
    build(place=place)
    assert "1 warning: jump 1 (placedata check tells each)." in capsys.readouterr().err
    assert toy_place.open().snapshot.index["warnings"][0]["text"] == text
