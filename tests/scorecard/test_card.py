"""A card holds margins, ranks, peers, changes and sources as done by hand, in all four kinds."""

import json
import math
import shlex

import jsonschema
import pytest
from typer.testing import CliRunner

from placedata.cli.commands import app
from placedata.errors import UsageError
from placedata.scorecard import make_comparison, make_custom, make_place_card, make_scorecard
from placedata.scorecard.json_schema import scorecard_schema

BURGLARY = """\
title: Burglary
unit: per 1,000 homes
decimals: 1
polarity: lower_is_better
component: personal_safety
statistic: sum
source: {loader: table, file: data/counts.csv}
value: {numerator: burglaries, denominator: homes, per: 1000}
period: {from: year}
caveats: [Recorded by the police.]
"""
HOMES = """\
title: Homes
unit: homes
polarity: neutral
statistic: sum
source: {loader: table, file: data/homes.csv}
value: homes
period: 2021
"""
AGE = """\
title: Older people
unit: "%"
polarity: neutral
source: {loader: table, file: data/homes.csv}
value: age
period: 2021
"""
GREEN = """\
title: Green space
unit: "%"
polarity: higher_is_better
component: environmental_quality
source: {loader: table, file: data/homes.csv}
value: green
period: 2021
"""
#: Enough components with an indicator for a score of the whole index.
MORE = (
    "nutrition_and_basic_medical_care", "shelter", "access_to_basic_knowledge",
    "access_to_information_and_communications", "health_and_wellness", "personal_rights",
    "inclusiveness", "access_to_advanced_education",
)  # fmt: skip
CODES = ("E05990001", "E05990002", "E05990003", "E05990004")
NOW, BEFORE = (9, 100, 36, 64), (25, 100, 49, 64)
HOME_ROWS = ((1000, 10, 70), (2000, 11, 30), (1500, 20, 40), (1600, 22, 50))


def counts(now=NOW):
    rows = [f"{c},{y},{n}" for y, ns in ((2020, BEFORE), (2021, now))
            for c, n in zip(CODES, ns, strict=True)]  # fmt: skip
    return "WD25CD,year,burglaries\n" + "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def place(new_toy_place, tmp_path_factory):
    """Four wards with counts of which every error can be done by hand; built twice."""
    made = new_toy_place(tmp_path_factory.mktemp("card") / "toytown")
    made.write("data/counts.csv", counts((16, *NOW[1:])))
    rows = [",".join(map(str, (c, *row))) for c, row in zip(CODES, HOME_ROWS, strict=True)]
    made.write("data/homes.csv", "WD25CD,homes,age,green\n" + "\n".join(rows) + "\n")
    for name, text in (("burglary", BURGLARY), ("homes", HOMES), ("age", AGE), ("green", GREEN)):
        made.layer(name, text)
    for name in MORE:
        made.layer(
            f"of_{name}"[:40], GREEN.replace("environmental_quality", name).replace("Green", name)
        )
    text = (made.folder / "place.yaml").read_text("utf-8")
    made.write("place.yaml", text + "peers: {by: [age], count: 2}\n")
    made.open().build()
    made.write("data/counts.csv", counts())
    made.open().build()
    return made


@pytest.fixture(scope="module")
def snapshot(place):
    return place.open().snapshot


@pytest.fixture(scope="module")
def card(snapshot):
    return make_scorecard(snapshot, "E05990004")


def gap(figure, against):
    found = figure.gap(against)
    return found.direction, found.clear


def test_a_rate_carries_the_chance_in_its_count(card):
    figure = card.figure("burglary")
    # 64 burglaries among 1,600 homes; the root of a count is its standard error (Poisson)
    assert figure.value == pytest.approx(40.0)
    assert figure.error == pytest.approx(1000 * 8 / 1600)
    assert (figure.low, figure.high) == pytest.approx((40 - 1.6449 * 5, 40 + 1.6449 * 5), abs=1e-3)
    assert (figure.numerator, figure.denominator) == (64, 1600)
    assert figure.place == pytest.approx(1000 * 209 / 6100)


def test_clear_means_more_than_chance_explains_nine_times_in_ten(snapshot, card):
    # 40.0 against 34.3: 5.7 apart, and 1.645 standard errors of 5.0 are 8.2
    assert gap(card.figure("burglary"), "place") == ("worse", False)
    # 9.0 against 34.3: 25 apart, 1.645 standard errors of 3.0 are 4.9
    best = make_scorecard(snapshot, "E05990001").figure("burglary")
    assert gap(best, "place") == ("better", True)
    # a share without a margin of error: nobody can tell
    assert gap(card.figure("green"), "place") == ("better", None)


def test_change_since_the_period_before_is_clear_or_not(snapshot, card):
    assert gap(card.figure("burglary"), "previous") == ("same", False)
    best = make_scorecard(snapshot, "E05990001").figure("burglary")
    assert best.trend == (("2020", 25.0), ("2021", 9.0))
    # 16 lower; the error of the difference is the root of 25 + 9 in thousandths of 1,000 homes
    assert 1.645 * math.sqrt(25 + 9) < 16
    assert gap(best, "previous") == ("better", True)


def test_the_rank_of_a_figure_has_what_its_errors_allow(card):
    figure = card.figure("burglary")
    # rates 9 ± 3, 50 ± 5, 24 ± 4, 40 ± 5: clearly behind the first and third; 50 is 10 away, and
    # 1.645 roots of 25 + 25 are 11.6
    assert (figure.rank, figure.rank_low, figure.rank_high, figure.of) == (3, 3, 4, 4)
    assert card.figure("green").rank_low is None


def test_peers_are_the_wards_nearest_by_the_layers_that_the_place_names(snapshot, card):
    # older people 10, 11, 20, 22 %: nearest to 22 are 20 and 11
    assert [code for code, _ in card.peers] == ["E05990003", "E05990002"]
    assert card.peers_by == ("Older people",)
    assert card.figure("burglary").peers == pytest.approx((24 + 50) / 2)
    assert card.figure("green").peers == pytest.approx((40 + 30) / 2)
    assert card.index.peer_mean == pytest.approx(
        snapshot.score_table(card.index.id)["score"].loc[["E05990002", "E05990003"]].mean()
    )


def test_what_has_changed_since_the_last_edition_is_told_with_why(snapshot, card):
    best = make_scorecard(snapshot, "E05990001")
    changed = {item.id: item for item in best.since.changed}
    assert (changed["burglary"].before, changed["burglary"].after) == pytest.approx((16.0, 9.0))
    assert changed["burglary"].why == "new data files"
    assert best.since.snapshot.startswith("v000001-")
    assert "burglary" not in {item.id for item in card.since.changed if item.before != item.after}


def test_people_and_homes_sources_and_land_are_on_the_card(card):
    assert card.people[0] in {"homes", "people"}
    assert set(card.people) == {"homes", "people"}
    assert card.square_km == pytest.approx(1.0)  # a square of 1 km
    assert {layer for item in card.sources for layer in item.layers} == {
        figure.layer for figure in card.all_figures
    }
    assert card.figure("burglary").trace.endswith("/burglary/E05990004/2021")
    assert card.figure("burglary").caveats == ("Recorded by the police.",)


def test_a_comparison_holds_the_cards_and_refuses_one_seven_or_twice_the_same(snapshot):
    made = make_comparison(snapshot, CODES[:3])
    assert [card.area_code for card in made.cards] == list(CODES[:3])
    for codes in (CODES[:1], (CODES[0], CODES[0]), (*CODES, "a", "b", "c")):
        with pytest.raises(UsageError, match="2 to 6 different areas"):
            make_comparison(snapshot, codes)


def test_the_card_of_the_place_has_its_own_figures_and_the_mean_of_the_scores(snapshot):
    card = make_place_card(snapshot)
    assert card.figure("burglary").value == pytest.approx(1000 * 209 / 6100)
    assert card.figure("homes").value == 6100
    scores = [item.score for item in card.areas_by_score]
    assert scores == sorted(scores, reverse=True)
    assert sorted(item.area_code for item in card.areas_by_score) == list(CODES)
    assert card.index.score == pytest.approx(sum(scores) / 4)
    assert card.index.rank is None
    assert card.square_km == pytest.approx(4.0)


def test_an_area_of_several_wards_adds_counts_up_and_is_scored_as_larger_areas_are(snapshot):
    card = make_custom(snapshot, ["E05990004", "E05990002"], "East side")
    assert card.figure("burglary").value == pytest.approx(1000 * 164 / 3600)
    assert card.figure("homes").value == 3600
    assert card.square_km == pytest.approx(2.0)
    assert card.index.rank is None
    # a score is a straight line between those of the wards with 9 and with 50 burglaries
    best, worst = (snapshot.indicator_scores("burglary")[code] for code in CODES[:2])
    own = best + (1000 * 164 / 3600 - 9) / (50 - 9) * (worst - best)
    assert card.figure("burglary").score == pytest.approx(own, abs=1e-6)
    assert "in no list" in card.not_scored


def test_an_area_of_several_wards_has_the_margin_of_its_counts_together(snapshot):
    card = make_custom(snapshot, ["E05990001", "E05990003"], "West side")
    figure = card.figure("burglary")
    # 9 and 36 burglaries in 1,000 and 1,500 homes: the chance in a count of 45 is its root
    assert (figure.value, figure.error) == pytest.approx((18.0, 1000 * math.sqrt(45) / 2500))
    assert figure.low == pytest.approx(18 - 1.645 * 2.6833, abs=1e-3)
    # the place has 209 in 6,100, 34.3: six errors away
    assert gap(figure, "place") == ("better", True)
    told = "Clearly better than Toytown: Burglary (18.0 per 1,000 homes, against 34.3)."
    assert told in {line.text.replace("\N{NO-BREAK SPACE}", " ") for line in card.sentences}
    assert card.figure("green").error is None  # no margin of any ward is known
    assert gap(card.figure("green"), "place")[1] is None


def test_cards_of_the_place_and_of_several_wards_tell_what_has_changed_and_why(snapshot):
    place = make_place_card(snapshot).since
    changed = {item.id: item for item in place.changed}
    # seven burglaries fewer than in the edition before, of 6,100 homes
    told = (changed["burglary"].before, changed["burglary"].after)
    assert told == pytest.approx((1000 * 216 / 6100, 1000 * 209 / 6100))
    assert changed["burglary"].why == "new data files"
    assert set(changed) & {"homes", "green", "age"} == set()
    both = make_custom(snapshot, ["E05990001", "E05990003"], "West side").since
    told = next(item for item in both.changed if item.id == "burglary")
    assert (told.before, told.after) == pytest.approx((1000 * 52 / 2500, 18.0))
    east = make_custom(snapshot, ["E05990002", "E05990004"], "East side")
    assert "burglary" not in {item.id for item in east.since.changed}


def test_an_area_of_one_ward_or_without_a_name_is_refused(snapshot):
    with pytest.raises(UsageError, match="two or more") as raised:
        make_custom(snapshot, ["E05990001"], " ")
    assert len(raised.value.problems) == 2


def test_every_kind_of_card_is_what_the_published_schema_says(snapshot):
    check = jsonschema.Draft7Validator(scorecard_schema())
    made = (
        make_scorecard(snapshot, "E05990001"), make_place_card(snapshot),
        make_custom(snapshot, CODES[:2], "South"), make_comparison(snapshot, CODES[:2]),
    )  # fmt: skip
    for card in made:
        document = json.loads(card.to_json())
        assert list(check.iter_errors(document)) == []
        assert document["hash"] == card.hash
    wrong = json.loads(made[0].to_json())
    wrong["figures"][0]["value"] = "nine"
    assert list(check.iter_errors(wrong)) != []


def test_the_command_on_a_card_makes_the_same_card_again(snapshot, place, tmp_path, monkeypatch):
    monkeypatch.chdir(place.folder)
    for card in (
        make_scorecard(snapshot, "E05990003"), make_place_card(snapshot),
        make_comparison(snapshot, CODES[:2]), make_custom(snapshot, CODES[:2], "The south's end"),
    ):  # fmt: skip
        program, *words = shlex.split(card.reproduce)
        assert program == "placedata"
        out = tmp_path / card.hash
        done = CliRunner().invoke(app, [*words, "--format", "html,json", "--out", str(out)])
        assert done.exit_code == 0, done.output
        written = {path.suffix: path.read_text("utf-8") for path in out.iterdir()}
        assert written[".html"] == card.to_html(snapshot)
        assert json.loads(written[".json"])["hash"] == card.hash
