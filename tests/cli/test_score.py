"""placedata score: any table, what is written, and every mistake told in one pass."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SOURCE = Path(__file__).parents[2] / "src"
FRAMEWORK = """\
title: Three things
levels: [index, component]
nodes:
  - {id: all, title: All, level: index}
  - {id: one, title: One, level: component, parent: all}
  - {id: two, title: Two, level: component, parent: all}
method:
  indicator:
    bounds: {rule: spread, k: 0.5}
    normalise: {rule: min_max, to: [0, 1], outside: clip}
indicators:
  - {id: a, component: one, impute: {rule: group_mean, by: region}}
  - {id: b, component: one, polarity: lower_is_better, denominator: people}
  - {id: c, component: two}
"""


class Done:
    """What a command said and how it ended."""

    def __init__(self, code, stdout, stderr):
        self.returncode, self.stdout, self.stderr = code, stdout, stderr


def run(*words):
    """Run the command line in this process, which is quick."""
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    done = CliRunner().invoke(app, ["score", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def run_program(*words):
    """Run the command line as a program of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE.parent)])}
    return subprocess.run(
        [sys.executable, "-m", "placedata", "score", *map(str, words)],
        capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip


@pytest.fixture
def framework(tmp_path):
    path = tmp_path / "three.yaml"
    path.write_text(FRAMEWORK, "utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    """Twelve units; the regions are the numbers 01 and 02, which are names and not numbers."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "place": [f"{at:03d}" for at in range(12)],
            "region": ["01", "02"] * 6,
            "a": rng.normal(50, 10, 12),
            "b": rng.normal(200, 30, 12),
            "c": rng.normal(0.5, 0.1, 12),
            "people": rng.integers(1000, 2000, 12),
        }
    )
    frame.loc[3, "a"] = np.nan
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    return path


def test_everything_is_written_with_all_digits_and_reads_back(framework, table, tmp_path):
    from placedata.catalog import read_framework
    from placedata.index import score

    out = tmp_path / "out"
    done = run(table, "-f", framework, "--robustness", 200, "--sobol", 20, "--out", out, "--stages")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} >= {
        "scores.csv", "intervals.csv", "diagnostics.csv", "decisions.csv", "weights.csv",
        "bounds.csv", "calibration.json", "stage_imputed.csv", "agreement.csv",
        "nearest_weights.csv", "sensitivity.csv", "labels.csv",
    }  # fmt: skip
    raw = pd.read_csv(table, dtype={"place": str, "region": str}, index_col="place")
    expected = score(raw, read_framework(framework))
    found = pd.read_csv(out / "scores.csv", dtype={"area_code": str})
    assert found["area_code"].tolist() == expected.table["area_code"].tolist()  # 000 stays 000
    np.testing.assert_array_equal(found["score"], expected.table["score"])
    assert found["score"].between(0, 1).all()
    assert len(set(found.loc[found["node"] == "all", "score"])) == 12
    sure = pd.read_csv(out / "intervals.csv", dtype={"area_code": str})
    assert len(sure) == 36
    told = pd.read_csv(out / "decisions.csv")["text"]
    assert told.str.contains("seed 1").any()
    assert told.str.contains("of 12 ranks hold under 95 % of all weight sets").any()
    agreed = pd.read_csv(out / "agreement.csv", dtype={"area_code": str})
    assert {"holds", "disagree", "who"} <= set(agreed)
    assert (agreed.loc[agreed["disagree"] > 0.1, "who"].str.startswith("those who weigh")).all()
    shares = pd.read_csv(out / "sensitivity.csv")["source"]
    assert {"weights", "normalise", "aggregate", "impute"} <= set(shares)
    assert told.str.contains("group_mean region").any()
    assert "0." in done.stderr  # scores of 0 to 1 are shown with digits that tell them apart


def test_csv_parquet_and_spreadsheet_give_the_same_scores(framework, table, tmp_path):
    frame = pd.read_csv(table, dtype={"place": str, "region": str})
    frame.to_parquet(tmp_path / "t.parquet", index=False)
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    results = []
    for name in ("t.csv", "t.parquet", "t.xlsx"):
        done = run(tmp_path / name, "-f", framework, "--out", tmp_path / name.replace(".", "_"))
        assert done.returncode == 0, done.stderr
        results.append(pd.read_csv(tmp_path / name.replace(".", "_") / "scores.csv"))
    pd.testing.assert_frame_equal(results[0], results[1])
    # a spreadsheet holds 15 to 17 digits
    np.testing.assert_allclose(results[0]["score"], results[2]["score"], rtol=1e-12)


def test_the_seed_alone_decides_the_intervals(framework, table, tmp_path):
    texts = []
    for at, seed in enumerate((1, 1, 2)):
        out = tmp_path / str(at)
        run(table, "-f", framework, "--robustness", 100, "--seed", seed, "--out", out, "-q")
        texts.append((out / "intervals.csv").read_text("utf-8"))
    assert texts[0] == texts[1] != texts[2]


def test_another_year_is_scored_by_the_numbers_of_the_first(framework, table, tmp_path):
    run(table, "-f", framework, "--out", tmp_path / "first", "-q")
    kept = tmp_path / "first" / "calibration.json"
    later = pd.read_csv(table, dtype=str)
    later["c"] = later["c"].astype(float) + 0.01
    later.to_csv(tmp_path / "later.csv", index=False)
    out = tmp_path / "second"
    done = run(
        tmp_path / "later.csv", "-f", framework, "--calibration", kept, "--robustness", 50,
        "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    scores = [pd.read_csv(tmp_path / name / "scores.csv") for name in ("first", "second")]
    [one, two] = [frame[frame["node"] == "c"]["score"].to_numpy() for frame in scores]
    free = (two > 0) & (two < 1)
    rises = (two - one)[free]
    assert rises.min() > 0.01
    np.testing.assert_allclose(rises, rises[0], rtol=1e-9)  # one scale for both years
    assert json.loads(kept.read_text("utf-8")) == json.loads(
        (out / "calibration.json").read_text("utf-8")
    )
    other = tmp_path / "other.yaml"
    other.write_text(FRAMEWORK.replace("k: 0.5", "k: 1"), "utf-8")
    wrong = run(table, "-f", other, "--calibration", kept)
    assert wrong.returncode == 4
    assert "does not fit" in wrong.stderr


def test_standard_errors_widen_the_intervals(framework, table, tmp_path):
    errors = pd.read_csv(table, dtype=str)[["place"]].assign(a=0, b=0, c=0.2)
    errors.to_csv(tmp_path / "sampling.csv", index=False)
    words = (table, "-f", framework, "--robustness", 400, "-q")
    run(*words, "--out", tmp_path / "sure")
    done = run(*words, "--standard-errors", tmp_path / "sampling.csv", "--out", tmp_path / "unsure")
    assert done.returncode == 0, done.stderr
    widths = []
    for name in ("sure", "unsure"):
        found = pd.read_csv(tmp_path / name / "intervals.csv").query("node == 'two'")
        widths.append((found["high"] - found["low"]).mean())
    assert widths[0] < 0.5
    assert widths[1] > 3


def test_a_shipped_framework_is_named_by_its_id(tmp_path):
    table = "country,le,eys,mys,gnipc\nA,80,16,12,40000\nB,60,10,6,3000\n"
    (tmp_path / "t.csv").write_text(table, "utf-8")
    done = run(tmp_path / "t.csv", "-f", "human_development", "--json")
    rows = json.loads(done.stdout)["scores"]
    top = {row["area_code"]: row["score"] for row in rows if row["node"] == "human_development"}
    education, income = (16 / 18 + 12 / 15) / 2, np.log(400) / np.log(750)
    assert top["A"] == pytest.approx((60 / 65 * education * income) ** (1 / 3))
    wrong = run(tmp_path / "t.csv", "-f", "human_developmnt")
    assert wrong.returncode == 4
    assert "did you mean 'human_development'?" in wrong.stderr


def test_units_may_be_named_by_several_columns(tmp_path, framework):
    rows = [["region", "year", "a", "b", "c", "people"]]
    rows += [["x", y, y % 7, y % 5, y % 3, 1] for y in range(2000, 2006)]
    with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    done = run(tmp_path / "t.csv", "-f", framework, "--unit", "region,year", "--json")
    assert json.loads(done.stdout)["scores"][0]["area_code"] == "x 2000"
    wrong = run(tmp_path / "t.csv", "-f", framework, "--unit", "yaer")
    assert "did you mean 'year'?" in wrong.stderr


def test_cells_without_a_number_are_missing_and_told(tmp_path, framework, table):
    frame = pd.read_csv(table, dtype=str)
    frame.loc[0, "c"], frame.loc[1, "c"] = "[c]", "[x]"
    frame.to_csv(table, index=False)
    done = run(table, "-f", framework, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    told = pd.read_csv(tmp_path / "out" / "decisions.csv")
    assert (
        told.loc[(told["stage"] == "inputs") & (told["node"] == "c"), "text"]
        .item()
        .endswith("1 suppressed, 1 not available")
    )
    frame.loc[2, "c"], frame.loc[3, "place"] = "many", "000"
    frame.drop(columns="b").to_csv(table, index=False)
    wrong = run(table, "-f", framework)
    assert wrong.returncode == 4
    for words in ("t.csv:4: c: found 'many'", "b: found no such column", "'000' twice"):
        assert words in wrong.stderr


BAD = """\
title: Everything wrong
levels: [index, component]
nodes:
  - {id: all, title: All, level: index}
  - {id: good, title: Good, level: component, parent: all, method: {weights: pc1}}
  - {id: orphan, title: Orphan, level: component, parent: al}
  - {id: good, title: Good again, level: component, parent: orphan}
  - {id: one, title: One, level: component, parent: two}
  - {id: two, title: Two, level: component, parent: one}
  - {id: flat, title: Flat, level: component, parent: all}
method:
  indicator: {normalise: minmax}
indicators:
  - {id: a, component: good}
  - {id: b, component: good}
  - {id: c, component: good, polarity: lower_is_better}
  - {id: same, component: flat}
  - {id: none, component: flat}
  - {id: turned, component: flat, goalposts: {best: 0, worst: 10}}
"""


def test_a_bad_framework_is_told_whole_by_file_line_and_field(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD, "utf-8")
    rows = [f"u{at},{at},{at * at},{at**0.5},3,,5" for at in range(15)]
    (tmp_path / "t.csv").write_text("\n".join(["unit,a,b,c,same,none,turned", *rows]), "utf-8")
    done = run_program(tmp_path / "t.csv", "--framework", tmp_path / "bad.yaml")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    for words in (
        "bad.yaml:12: method.indicator.normalise: found 'minmax'",  # an unknown rule
        "did you mean 'min_max'?",
        "bad.yaml:6: nodes.2.parent: found 'al'",  # a child without a parent
        "bad.yaml:7: nodes.3.id: found 'good'; allowed: node 'good' has two parents",
        "bad.yaml:8: nodes.4.parent: found 'one'; allowed: the tree runs in a circle",
        "bad.yaml:19: indicators.5.goalposts",  # inverted
        "bad.yaml:18: indicators.4 (none): found no value in any of 15 areas",
        "bad.yaml:17: indicators.3 (same): found 3 in every area",  # no variance
        "bad.yaml:5: nodes.1 (good): found a negative loading for c",
    ):
        assert words in done.stderr, words


def test_what_only_the_data_show_is_told_at_once_too(tmp_path):
    sound = BAD.splitlines()
    sound[11] = "  indicator: {normalise: min_max}"
    text = "\n".join(line for at, line in enumerate(sound) if at not in {5, 6, 7, 8, 18})
    (tmp_path / "f.yaml").write_text(text, "utf-8")
    rows = [f"u{at},{at},{at * at},{at**0.5},3," for at in range(15)]
    (tmp_path / "t.csv").write_text("\n".join(["unit,a,b,c,same,none", *rows]), "utf-8")
    done = run(tmp_path / "t.csv", "--framework", tmp_path / "f.yaml", "--json")
    assert done.returncode == 4
    problems = json.loads(done.stdout)["problems"]
    assert [(one["file"], one["line"]) for one in problems] == [
        ("f.yaml", 14), ("f.yaml", 13), ("f.yaml", 5),
    ]  # fmt: skip


def test_a_file_that_is_no_calibration_is_told(tmp_path, framework, table):
    (tmp_path / "c.json").write_text('{"framework": 1}', "utf-8")
    done = run(table, "-f", framework, "--calibration", tmp_path / "c.json")
    assert done.returncode == 4
    assert "c.json: areas: found Field required" in done.stderr
    assert run(table, "-f", framework, "--calibration", "nowhere").returncode == 4


def test_strengths_are_against_the_group_that_the_framework_names(tmp_path, table):
    own = tmp_path / "own.yaml"
    own.write_text(FRAMEWORK + "labels: {reference: group, by: [region], multiplier: 1}\n", "utf-8")
    assert run(table, "-f", own, "--out", tmp_path / "out", "-q").returncode == 0
    found = pd.read_csv(tmp_path / "out" / "labels.csv", dtype={"area_code": str})
    found = found[found["node"] == "c"].set_index("area_code")
    values = pd.read_csv(table, dtype={"place": str, "region": str}).set_index("place")
    for _, part in values.groupby("region"):
        above = part["c"] > part["c"].mean() + part["c"].std(ddof=1)
        strong = found.loc[part.index, "label"] == "strength"
        assert strong.tolist() == above.tolist()
    assert found["centre"].nunique() == 2
