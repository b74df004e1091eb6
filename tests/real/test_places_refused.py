"""What the real files must not be used for is refused, and the message says what to do instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from placedata import Place
from placedata.errors import DataError

pytestmark = pytest.mark.real

HOME = Path(__file__).parent / "places" / "barking_and_dagenham"
SIGNED = "publisher: A test\nlicence: OGL-UK-3.0\n"
IOD = "real/barking_and_dagenham/deprivation"
PROFILE = """\
title: Residents in 2015
unit: people
polarity: neutral
statistic: sum
{apportion}
source: {{loader: table, file: real/london/indicators/ward_profiles_2015.csv}}
value: Population - 2015
period: 2015
"""
RANK = """\
title: Deprivation
unit: rank
polarity: higher_is_better
apportion: weighted_mean
weighted_by: population
source: {{loader: deprivation, file: {file}, measure: {measure}}}
"""


@pytest.fixture
def place(real_data, tmp_path):
    """The real place with its residents and one layer more."""

    def made(layer: str, text: str, change=lambda text: text) -> Place:
        shutil.copytree(HOME / "layers", tmp_path / "all")
        (tmp_path / "layers").mkdir()
        shutil.copy(tmp_path / "all" / "population.yaml", tmp_path / "layers")
        lines = (HOME / "place.yaml").read_text("utf-8").splitlines(keepends=True)
        # What the place says of layers that are not here.
        kept = [line for line in lines if not line.startswith(("peers:", "scorecard:"))]
        (tmp_path / "place.yaml").write_text(change("".join(kept)))
        (tmp_path / "layers" / f"{layer}.yaml").write_text(text + SIGNED)
        return Place.open(tmp_path, data_roots={"real": real_data}, store=tmp_path / "store")

    return made


def refusal(place: Place) -> str:
    with pytest.raises(DataError) as caught:
        place.check()
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_ward_profiles_are_refused_on_new_wards_and_the_edition_they_fit_is_named(place):
    told = refusal(place("profile", PROFILE.format(apportion="apportion: direct")))
    assert "layers/profile.yaml:5" in told
    assert "codes of wd13 (17 of 17), not wd25" in told
    assert "a lookup from wd13 to wd25" in told


def test_ward_profiles_are_refused_where_the_place_names_no_lookup_for_them(place):
    line = "  - {from: wd13, to: wd25, by: postcodes}\n"
    text = PROFILE.format(apportion="apportion: weights")
    told = refusal(place("profile", text, lambda text: text.replace(line, "")))
    assert "codes that fit wd13 (17 areas), not wd25" in told
    assert "{from: wd13, to: wd25, by: postcodes}" in told


def test_ward_profiles_are_refused_where_the_place_does_not_know_their_wards(place):
    def without(text):
        return "".join(line for line in text.splitlines(keepends=True) if "wd13" not in line)

    told = refusal(place("profile", PROFILE.format(apportion="apportion: weights"), without))
    assert "none of them in the place" in told
    assert "wd25 (E05014053…)" in told


@pytest.mark.parametrize(
    ("file", "measure", "instead"),
    [
        (f"{IOD}/imd2025_lsoa21.csv", "imd_rank", "IMD_score"),
        (f"{IOD}/imd2025_lsoa21.csv", "crime_decile", "Crime_score"),
        (f"{IOD}/imd2025_lsoa21_subdomains.csv", "outdoors_rank", "outdoors_score"),
    ],
)
def test_ranks_and_deciles_are_refused_and_the_score_is_named(place, file, measure, instead):
    told = refusal(place("rank", RANK.format(file=file, measure=measure)))
    assert f"a {measure.rsplit('_', maxsplit=1)[1]}" in told
    assert instead in told


def test_ranks_of_a_file_without_scores_are_refused_too(place):
    file = f"{IOD}/iod2019_file2_domains.csv"
    told = refusal(place("rank", RANK.format(file=file, measure="income_rank")))
    assert "ranks and deciles cannot be moved between areas" in told


def test_a_mean_of_small_areas_without_weights_is_refused(place):
    text = RANK.format(file=f"{IOD}/imd2025_lsoa21.csv", measure="imd_score")
    text = text.replace("apportion: weighted_mean\nweighted_by: population\n", "")
    told = refusal(place("score", text))
    assert "weighted_mean with weighted_by" in told


def test_best_fit_gives_a_small_area_whole_to_the_ward_with_most_of_its_postcodes(place, other_way):
    text = (HOME / "layers" / "population.yaml").read_text("utf-8")
    text = text.replace("statistic: sum\n", "statistic: sum\napportion: best_fit\n")
    text = text.split("publisher:", maxsplit=1)[0]
    found = place("people_whole", text).check()["people_whole"].values.set_index("area_code")
    other = other_way["barking_and_dagenham"]
    expected = other.people.groupby(other.new.idxmax(axis=1)).sum()
    assert found["value"].to_dict() == pytest.approx(expected.to_dict())
    assert found["value"].sum() == 218_878
