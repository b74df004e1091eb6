"""Every mistake is told as file:line: field: found; allowed; did you mean, and all at once."""

import pytest

from placedata.errors import ConfigError, DataError

GOOD = """\
title: Nitrogen dioxide
unit: µg/m³
polarity: lower_is_better
source: {loader: table, file: data/small_areas.csv}
apportion: weighted_mean
weighted_by: people
value: score
period: 2021
"""


def problems(place, kind=ConfigError):
    with pytest.raises(kind) as caught:
        place.open().check()
    return [str(problem) for problem in caught.value.problems]


def test_a_misspelt_field_is_told_with_its_line_and_the_nearest_name(toy_place):
    toy_place.layer("no2", GOOD.replace("polarity:", "polarty:"))
    told = problems(toy_place)
    assert any(
        line.startswith("layers/no2.yaml:3: polarty: found the unknown field 'polarty'")
        and line.endswith("did you mean 'polarity'?")
        for line in told
    )


def test_mistakes_in_several_files_are_told_together(toy_place):
    toy_place.layer("one", GOOD.replace("lower_is_better", "lower"))
    toy_place.layer("two", GOOD.replace("loader: table", "loader: tabel"))
    toy_place.layer("three", GOOD.replace("small_areas.csv", "small_area.csv"))
    told = problems(toy_place)
    assert "layers/one.yaml:3: polarity: found 'lower'" in " ".join(told)
    assert any("layers/two.yaml:4: source.loader" in line and "'table'?" in line for line in told)
    assert any(
        "layers/three.yaml:4: source.file" in line and "small_areas.csv" in line for line in told
    )


@pytest.mark.parametrize("path", ["data/../../secret.csv", "/etc/passwd", "data/../place.yaml"])
def test_a_path_outside_the_data_roots_is_refused(toy_place, path):
    toy_place.layer("no2", GOOD.replace("data/small_areas.csv", path))
    assert any("layers/no2.yaml:4: source.file" in line for line in problems(toy_place))


def test_repeated_keys_are_refused(toy_place):
    toy_place.layer("no2", GOOD + "unit: ppb\n")
    assert any(
        "layers/no2.yaml:9: unit: found the key 'unit' a second time" in line
        for line in problems(toy_place)
    )


def test_nitric_oxide_and_leading_zeros_stay_text(toy_place):
    from placedata.documents import parse_document

    data = parse_document("property: NO\ncode: 01\nflag: true\nyear: 2023\n", "x.yaml").data
    assert data == {"property": "NO", "code": "01", "flag": True, "year": 2023}


def test_text_that_is_not_yaml_is_told_with_its_line(toy_place):
    toy_place.layer("no2", "title: [unclosed\nunit: x\n")
    assert any(
        line.startswith("layers/no2.yaml:") and "not YAML" in line for line in problems(toy_place)
    )


def test_a_tag_that_would_run_code_is_refused(toy_place):
    toy_place.layer("no2", "title: !!python/object/apply:os.system [id]\n")
    assert any("the tag" in line for line in problems(toy_place))


def test_an_unknown_component_is_told_with_the_nearest(toy_place):
    toy_place.layer("no2", GOOD + "component: environmental_qualty\n")
    assert any("did you mean 'environmental_quality'?" in line for line in problems(toy_place))


def test_goalposts_against_polarity_are_refused(toy_place):
    toy_place.layer("no2", GOOD + "goalposts: {best: 60, worst: 5}\n")
    assert any("below the worst" in line for line in problems(toy_place))


def test_a_layer_that_is_not_there_is_told_with_the_nearest(toy_place):
    toy_place.layer("no2", GOOD.replace("weighted_by: people", "weighted_by: peeple"))
    assert any("did you mean 'people'?" in line for line in problems(toy_place))


def test_layers_that_need_each_other_are_told_as_a_circle(toy_place):
    base = "title: T\nunit: x\npolarity: neutral\nperiod: 2021\n"
    toy_place.layer("one", base + "value: {numerator: people, denominator: two}\n")
    toy_place.layer("two", base + "value: {numerator: people, denominator: one}\n")
    assert any(
        "one → two → one" in line or "two → one → two" in line for line in problems(toy_place)
    )


def test_a_column_that_is_not_there_is_told_with_the_nearest(toy_place):
    toy_place.layer("no2", GOOD.replace("value: score", "value: scores"))
    told = problems(toy_place, DataError)
    assert any("scores" in line and "'score'?" in line for line in told)


def test_text_among_numbers_is_told_with_its_line(toy_place):
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,many\nE01990002,200\n")
    told = problems(toy_place, DataError)
    assert any("small_areas.csv:2" in line and "many" in line for line in told)


def test_a_code_twice_is_told(toy_place):
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,1\nE01990001,2\n")
    assert any("E01990001" in line for line in problems(toy_place, DataError))


def test_a_table_without_area_codes_is_told(toy_place):
    toy_place.write("data/small_areas.csv", "place,people\nhere,1\nthere,2\n")
    assert any("no column of area codes" in line for line in problems(toy_place, DataError))


def test_an_empty_file_is_told(toy_place):
    toy_place.write("data/small_areas.csv", "")
    assert any("small_areas.csv" in line for line in problems(toy_place, DataError))


def test_all_layers_with_bad_data_are_told_at_once(toy_place):
    toy_place.layer("no2", GOOD.replace("value: score", "value: scores"))
    toy_place.layer("so2", GOOD.replace("value: score", "value: skore"))
    told = " ".join(problems(toy_place, DataError))
    assert "scores" in told
    assert "skore" in told


def test_an_unknown_framework_is_told_with_the_nearest(toy_place):
    text = (toy_place.folder / "place.yaml").read_text("utf-8")
    toy_place.write("place.yaml", text + "framework: social_progress_word\n")
    assert any("'social_progress_ward'?" in line for line in problems(toy_place))


def test_a_folder_without_a_place_file_is_told(tmp_path):
    from placedata import Place

    with pytest.raises(ConfigError, match=r"no place\.yaml"):
        Place.open(tmp_path).check()


def test_a_file_name_that_cannot_be_an_id_is_refused(toy_place):
    toy_place.layer("NO2 level", GOOD)
    assert any("file name 'NO2 level'" in line for line in problems(toy_place))


def test_folded_text_is_one_line_without_marks():
    from placedata.documents import parse_document

    data = parse_document("text: >-\n  one\n  two\n\n  three\n", "x.yaml").data
    assert data["text"] == "one two\nthree"


def test_a_draft_that_nobody_filled_in_is_refused(toy_place):
    toy_place.layer("no2", GOOD.replace("unit: µg/m³", 'unit: "TO FILL IN"'))
    told = problems(toy_place)
    assert any("layers/no2.yaml:2: unit: found 'TO FILL IN'" in line for line in told)
