"""The command line as a person and a program use it: words, JSON, exit codes."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


#: The card of a ward with a long name: marks are gone, and it is cut at 80 letters.
LONG = "E05990002-st-mary-s-lower-marsh-and-the-old-railway-works-south-of-the-canal"


def run(*words, cwd=None):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE.parent)])}
    return subprocess.run(
        [sys.executable, "-m", "placedata", *map(str, words)],
        capture_output=True, text=True, check=False, cwd=cwd, env=environment, timeout=120,
    )  # fmt: skip


COMMANDS = (
    "init", "new-layer", "sample", "check", "build", "score", "scorecard", "export", "layers",
    "serve", "map", "schema", "trace",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_a_place_is_made_checked_built_and_exported(toy_place, tmp_path):
    folder = tmp_path / "new place"
    made = run(
        "init",
        folder,
        "--boundaries",
        toy_place.folder / "data/wards.gpkg",
        "--name",
        "St Mary's: new",
        "--json",
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["areas"] == 4
    assert run("check", "--place", folder).returncode == 0
    built = run("build", "--place", folder, "--json")
    assert json.loads(built.stdout)["changed"] is True
    again = run("init", folder, "--boundaries", toy_place.folder / "data/wards.gpkg", "--name", "x")
    assert again.returncode == 3
    assert "a place already" in again.stderr
    assert run("export", "--place", folder, "--out", tmp_path / "out").returncode == 0
    written = next((tmp_path / "out").glob("*.csv")).read_text("utf-8")
    rows = list(csv.reader(written.splitlines()))
    assert rows[0][:2] == ["area_code", "area_name"]
    assert [row[0] for row in rows[1:]] == ["E05990001", "E05990002", "E05990003", "E05990004"]
    assert {row[-1] for row in rows[1:]} == {"100.0"}  # a square kilometre is 100 hectares


def test_mistakes_in_files_end_with_3_and_words_not_a_traceback(toy_place):
    toy_place.layer("bad", "titel: x\n")
    done = run("check", "--place", toy_place.folder)
    assert done.returncode == 3
    assert "layers/bad.yaml:1: titel: found the unknown field 'titel'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_mistakes_in_data_end_with_4_and_json_holds_every_problem(toy_place):
    toy_place.write("data/small_areas.csv", "lsoa21_code,people\nE01990001,many\nE01990002,few\n")
    done = run("build", "--place", toy_place.folder, "--json")
    assert done.returncode == 4
    told = json.loads(done.stdout)
    assert told["exit_code"] == 4
    assert len(told["problems"]) == 2
    assert told["problems"][0]["line"] == 2


def test_a_data_root_can_lie_elsewhere(toy_place, tmp_path):
    (toy_place.folder / "data").rename(tmp_path / "elsewhere")
    assert run("check", "--place", toy_place.folder).returncode == 3
    done = run(
        "check", "--place", toy_place.folder, "--data-root", f"data={tmp_path / 'elsewhere'}"
    )
    assert done.returncode == 0, done.stderr
    wrong = run("check", "--place", toy_place.folder, "--data-root", "dta=x")
    assert wrong.returncode == 3
    assert "did you mean 'data'?" in wrong.stderr


def test_scorecards_of_one_ward_and_of_all(toy_place, tmp_path):
    run("build", "--place", toy_place.folder, "--quiet")
    one = run(
        "scorecard",
        "--area",
        "E05990002",
        "--format",
        "html,csv,json",
        "--place",
        toy_place.folder,
        "--out",
        tmp_path / "one",
    )
    assert one.returncode == 0, one.stderr
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        f"{LONG}.csv", f"{LONG}.csv-metadata.json", f"{LONG}.html", f"{LONG}.json",
    ]  # fmt: skip
    document = json.loads((tmp_path / "one" / f"{LONG}.json").read_text("utf-8"))
    assert document["context"][0]["value"] == pytest.approx(100)
    everything = run(
        "scorecard",
        "--area",
        "all",
        "--format",
        "html,xlsx",
        "--place",
        toy_place.folder,
        "--out",
        tmp_path / "all",
    )
    assert everything.returncode == 0, everything.stderr
    assert len(list((tmp_path / "all").glob("E*.html"))) == 4
    wrong = run("scorecard", "--area", "E05990009", "--place", toy_place.folder)
    assert wrong.returncode == 1
    assert "did you mean" in wrong.stderr


def test_a_draft_layer_builds_once_it_is_filled_in(toy_place):
    toy_place.write(
        "data/homes_2024.csv",
        "WD25CD,homes\n" + "".join(f"E0599000{n},{n}0\n" for n in range(1, 5)),
    )
    done = run("new-layer", toy_place.folder / "data/homes_2024.csv", "--place", toy_place.folder)
    assert done.returncode == 0, done.stderr
    path = toy_place.folder / "layers" / "homes.yaml"
    text = path.read_text("utf-8")
    assert "period: 2024" in text
    path.write_text(text.replace("TO FILL IN", "homes"), "utf-8")
    assert run("check", "--place", toy_place.folder).returncode == 0


FRAMEWORK = """\
title: Two things
levels: [index]
nodes:
  - {id: all, title: All, level: index}
indicators:
  - {id: a, component: all, polarity: higher_is_better, goalposts: {best: 10, worst: 0}}
  - {id: b, component: all, polarity: lower_is_better, goalposts: {best: 0, worst: 100}}
"""


def test_any_table_is_scored_without_a_map(tmp_path):
    (tmp_path / "f.yaml").write_text(FRAMEWORK, "utf-8")
    (tmp_path / "t.csv").write_text("unit,a,b\nx,10,0\ny,5,50\nz,0,100\n", "utf-8")
    done = run(
        "score",
        tmp_path / "t.csv",
        "--framework",
        tmp_path / "f.yaml",
        "--json",
        "--out",
        tmp_path / "out",
    )
    assert done.returncode == 0, done.stderr + done.stdout
    scores = {
        (row["area_code"], row["node"]): row["score"] for row in json.loads(done.stdout)["scores"]
    }
    assert [scores[unit, "all"] for unit in "xyz"] == pytest.approx([100, 50, 0], abs=0.2)
    assert (tmp_path / "out" / "scores.csv").is_file()
    (tmp_path / "t.csv").write_text("unit,a,c\nx,ten,0\n", "utf-8")
    wrong = run("score", tmp_path / "t.csv", "--framework", tmp_path / "f.yaml")
    assert wrong.returncode == 4
    assert "no such column" in wrong.stderr


def test_a_busy_port_is_told_with_the_way_out(toy_place):
    import socket

    run("build", "--place", toy_place.folder, "--quiet")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--place", toy_place.folder, "--port", port)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr


def test_an_open_address_needs_the_word_public(toy_place):
    run("build", "--place", toy_place.folder, "--quiet")
    done = run("serve", "--place", toy_place.folder, "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "--public" in done.stderr


def test_serve_tells_its_address_as_one_document(toy_place):
    import socket

    run("build", "--place", toy_place.folder, "--quiet")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE.parent)])}
    words = ["serve", "--place", str(toy_place.folder), "--port", str(port), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "placedata", *words], stdout=subprocess.PIPE, env=environment
    ) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.terminate()
    assert json.loads(b"".join(lines))["url"] == f"http://127.0.0.1:{port}"


def test_a_format_that_there_is_not_is_a_mistake_of_usage(toy_place):
    run("build", "--place", toy_place.folder, "--quiet")
    done = run("scorecard", "--area", "all", "--format", "pfd", "--place", toy_place.folder)
    assert done.returncode == 2
    assert "html, pdf, xlsx, csv, json, pptx" in done.stderr


def test_help_says_what_is_taken_where_an_option_is_left_out():
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    told = CliRunner().invoke(app, ["ledger", "--help"], env={"COLUMNS": "200"}).output
    assert "Layer ids [default: all]." in told
    assert "Where snapshots are kept [default: .placedata in the place]." in told
