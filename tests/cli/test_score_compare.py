"""placedata score-compare: what two results share, and changes split into parts that add up."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

FRAMEWORK = """\
title: Two things
levels: [index]
nodes:
  - {id: all, title: All, level: index}
method:
  indicator: {normalise: {rule: min_max, outside: clip}}
indicators:
  - {id: a, component: all, goalposts: {worst: 0, best: 100}}
  - {id: b, component: all, goalposts: {worst: 0, best: 100}, weight: 1}
"""
EARLIER = "ward,a,b,c\nx,10,30,0\ny,40,50,100\nz,90,10,50\n"
LATER = "ward,a,b,c\nx,20,30,0\ny,40,90,100\nz,90,10,50\n"


@pytest.fixture
def run(tmp_path):
    from placedata.cli.commands import app

    def words(*given):
        done = CliRunner().invoke(app, [str(word) for word in given])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return words


@pytest.fixture
def scored(tmp_path, run):
    def result(name, table, framework=FRAMEWORK):
        (tmp_path / f"{name}.csv").write_text(table, "utf-8")
        (tmp_path / f"{name}.yaml").write_text(framework, "utf-8")
        out = tmp_path / name
        done = run("score", tmp_path / f"{name}.csv", "-f", tmp_path / f"{name}.yaml",
                   "--out", out, "-q")  # fmt: skip
        assert done.exit_code == 0, done.stderr
        return out

    return result


def test_data_and_method_are_told_apart_and_add_up(tmp_path, run, scored):
    heavier = FRAMEWORK.replace("two: 1", "").replace("weight: 1", "weight: 3")
    heavier = heavier.replace("title: Two", "title: 2").replace("id: all, title", "id: all, title")
    one, two = scored("one", EARLIER), scored("two", LATER, heavier.replace("2 things", "Later"))
    done = run("score-compare", one, two, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    change = pd.read_csv(tmp_path / "out" / "change.csv").set_index("area_code")
    # y: (40 + 50)/2 = 45 before, (40 + 3·90)/4 = 77.5 after. Data first: 65, then method 12.5;
    # method first: 47.5, then data 30. Means: data 25, method 7.5.
    y = change.loc["y"]
    assert (y["before"], y["after"]) == (45, 77.5)
    assert (y["data"], y["method"]) == pytest.approx((25, 7.5))
    parts = change[["data", "indicators", "method", "boundaries"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(change["change"].tolist())
    ranks = change[[f"rank_{name}" for name in ("data", "indicators", "method", "boundaries")]]
    assert ranks.sum(axis=1).tolist() == pytest.approx(change["rank_change"].tolist())
    shared = pd.read_csv(tmp_path / "out" / "comparability.csv").set_index("aspect")["same"]
    assert not shared["framework"]
    assert shared["areas"]
    assert not (tmp_path / "out" / "contributions.csv").exists()
    assert "data +25.00, method +7.50" in done.stderr


def test_a_new_indicator_is_told_apart_where_the_earlier_table_has_its_values(run, scored):
    more = FRAMEWORK + "  - {id: c, component: all, goalposts: {worst: 0, best: 100}}\n"
    one, two = scored("one", EARLIER), scored("two", EARLIER, more)
    done = run("score-compare", one, two, "--json")
    rows = {row["area_code"]: row for row in json.loads(done.stdout)["change"]}
    # x: (10 + 30)/2 = 20, with c (10 + 30 + 0)/3
    assert rows["x"]["indicators"] == pytest.approx(40 / 3 - 20)
    assert (rows["x"]["data"], rows["x"]["method"]) == (0, 0)
    lacking = scored("lacking", EARLIER.replace(",c", ",d"))
    refused = run("score-compare", lacking, two)
    assert refused.exit_code == 4
    assert "earlier edition: c: found no values" in refused.stderr


def test_points_of_indicators_add_up_where_the_method_is_one(tmp_path, run, scored):
    one, two = scored("one", EARLIER), scored("two", LATER)
    run("score-compare", one, two, "--out", tmp_path / "out", "-q")
    points = pd.read_csv(tmp_path / "out" / "contributions.csv")
    wide = points.pivot(index="area_code", columns="node", values="points")
    assert wide.loc["x", ["a", "b"]].tolist() == pytest.approx([5, 0])
    assert wide.loc["y", ["a", "b"]].tolist() == pytest.approx([0, 20])


def test_moved_boundaries_need_the_values_on_both_and_codes_may_change(tmp_path, run, scored):
    one = scored("one", EARLIER)
    two = scored("two", LATER.replace("\nx,", "\nx2,"))
    refused = run("score-compare", one, two)
    assert refused.exit_code == 4
    assert "redrawn" in refused.stderr
    (tmp_path / "earlier.csv").write_text(EARLIER.replace("\nx,", "\nx2,"), "utf-8")
    (tmp_path / "later.csv").write_text(LATER, "utf-8")
    (tmp_path / "codes.csv").write_text("new,old\nx2,x\ny,y\nz,z\n", "utf-8")
    done = run(
        "score-compare", one, two, "--json", "--redrawn-before", tmp_path / "earlier.csv",
        "--redrawn-after", tmp_path / "later.csv", "--successors", tmp_path / "codes.csv",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    rows = {row["area_code"]: row for row in json.loads(done.stdout)["change"]}
    assert (rows["x2"]["before"], rows["x2"]["after"], rows["x2"]["data"]) == (20, 25, 5)


def test_a_folder_without_a_result_is_told(tmp_path, run, scored):
    done = run("score-compare", tmp_path, scored("one", EARLIER))
    assert done.exit_code == 4
    assert "holds no result of placedata score" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_later_year_by_the_numbers_of_the_first_has_changed_by_its_data_alone(
    tmp_path, run, scored
):
    free = FRAMEWORK.replace(", goalposts: {worst: 0, best: 100}", "")
    one = scored("one", EARLIER, free)
    (tmp_path / "later.csv").write_text(LATER.replace("90", "45"), "utf-8")
    two = tmp_path / "two"
    done = run(
        "score", tmp_path / "later.csv", "-f", tmp_path / "one.yaml", "--out", two, "-q",
        "--calibration", one / "calibration.json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    done = run("score-compare", one, two, "--out", tmp_path / "out", "--json")
    rows = json.loads(done.stdout)
    shared = {row["aspect"]: row["same"] for row in rows["comparability"]}
    assert shared == dict.fromkeys(shared, True)
    # x: a rises from 10 to 20 between 10 and 90, and counts half.
    change = {row["area_code"]: row for row in rows["change"]}
    assert change["x"]["data"] == pytest.approx(100 * 10 / 80 / 2)
    assert all(row["data"] == pytest.approx(row["change"]) for row in rows["change"])
