"""The pages tell the truth: their commands run, their examples are right, their links lead."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("PLACEDATA_")},
    "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    "NO_COLOR": "1",
}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands beside the language, its text."""

    language: str
    beside: str
    text: str

    @property
    def title(self) -> str | None:
        found = re.search(r'title="([^"]+)"', self.beside)
        return found.group(1) if found else None


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(page.read_text("utf-8"))]


def exchanges(text: str) -> list[tuple[str, str]]:
    """Commands of a console block, each with the answer that the page shows."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1].strip()) for part in parts]


def says(answer: str, shown: str) -> bool:
    """Whether an answer is as shown, where ``…`` stands for anything."""
    pattern = ".*".join(re.escape(part.strip()) for part in shown.split("…"))
    return re.fullmatch(pattern, answer.strip(), re.DOTALL) is not None


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "placedata", f"only placedata is typed: {command}"
    return subprocess.run(
        [sys.executable, "-m", "placedata", *words[1:]], cwd=folder, env=ENVIRONMENT, text=True,
        encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        check=False,
    )  # fmt: skip


def served(command: str, folder: Path) -> tuple[str, str]:
    """What ``placedata serve`` says, and the page that it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "placedata", *shlex.split(command)[1:], "--port", str(port)]
    process = subprocess.Popen(
        words, cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read().decode()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    return said.replace(str(port), "8050"), page


def follow(page: Path, folder: Path) -> Path:
    """Do everything that a page says, in order, in `folder`; return the last folder gone into."""
    for block in blocks(page):
        if block.title:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        if block.language != "console" or block.beside.strip() == "serve":
            continue
        code = int(found.group(1)) if (found := re.search(r"exit=(\d)", block.beside)) else 0
        for command, shown in exchanges(block.text):
            if command.startswith("cd "):
                folder = folder / command[3:]
                continue
            done = run(command, folder)
            assert done.returncode == code, f"{command}\n{done.stdout}"
            assert says(done.stdout, shown), f"{command}\nshown:\n{shown}\nsaid:\n{done.stdout}"
    return folder


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory) -> Path:
    """The place that somebody has who followed the tutorial to its end."""
    return follow(DOCS / "tutorial.md", tmp_path_factory.mktemp("tutorial"))


def test_tutorial_runs_from_first_to_last_command(tutorial):
    assert (tutorial / "cards" / "E05991002-market.html").is_file()
    written = sorted(path.suffix for path in (tutorial / "cards").iterdir())
    # four pages and the index, four workbooks and that of all wards, one PDF, the record, the ZIP
    assert written == [".html"] * 5 + [".jsonl", ".pdf"] + [".xlsx"] * 5 + [".zip"]


def test_tutorial_comes_to_the_figures_that_it_tells(tutorial):
    from placedata import Place

    place = Place.open(tutorial)
    visits = place.table("library_visits")
    assert visits["value"]["E05991002"] == pytest.approx(9960 / 8300 * 1000)
    assert visits["status"]["E05991003"] == "missing"
    scores = place.scores()
    market = scores[scores["area_code"] == "E05991002"].set_index("node")["score"]
    assert market["access_to_basic_knowledge"] == pytest.approx(80)
    assert scores.loc[scores["level"] == "index", "score"].isna().all()


def test_tutorial_serves_the_dashboard(tutorial):
    if not importlib.metadata.entry_points(group="placedata.web"):
        pytest.skip("placedata is not installed here, so that serve finds no dashboard")
    (block,) = [b for b in blocks(DOCS / "tutorial.md") if b.beside.strip() == "serve"]
    ((command, shown),) = exchanges(block.text)
    said, page = served(command, tutorial)
    assert says(said, shown)
    assert "Saltmere" in page


@pytest.mark.parametrize("page", [DOCS / "python.md"], ids=lambda path: path.name)
def test_python_examples_hold(page, tutorial, monkeypatch):
    monkeypatch.chdir(tutorial)
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "python":
            exec(compile(block.text, page.name, "exec"), names)


def test_example_loader_reads_and_counts(tmp_path):
    from placedata.files import Roots
    from placedata.observations import Request

    (block,) = [b for b in blocks(DOCS / "loaders.md") if b.title == "plain_counts.py"]
    names: dict[str, object] = {"__name__": "plain_counts"}
    exec(compile(block.text, "loaders.md", "exec"), names)
    (tmp_path / "a.csv").write_text("WD25CD,cases\nE05991001,4\nE05991002,[c]\n", "utf-8")
    request = Request("cases", Roots({"data": tmp_path}), value="cases", periods=("2024",))
    found = names["read"](names["Source"](file="data/a.csv"), request)
    assert list(found.table["area_code"]) == ["E05991001"]
    assert (found.ledger.rows_in, found.ledger.used) == (2, 1)
    assert dict(found.ledger.rejected) == {"suppressed": 1}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_generated_parts_of_a_page_are_up_to_date(page):
    from placedata.cli.pages import BLOCKS, command_line
    from placedata.recipes.reference import refreshed

    text = page.read_text("utf-8")
    made = refreshed(text, {**BLOCKS, "command line": command_line})
    assert made == text, "remake it: python -m placedata.cli.pages docs"


def test_every_generated_part_has_its_place_on_a_page():
    from placedata.cli.pages import BLOCKS

    marks = re.findall(r"<!-- made by the program: (.+?) -->", "".join(map(Path.read_text, PAGES)))
    assert sorted(marks) == sorted([*BLOCKS, "command line"])


def anchors(page: Path) -> set[str]:
    text = BLOCK.sub("", page.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "layers" / "README.md"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)  # fmt: skip
def test_every_link_leads_somewhere(page):
    text = BLOCK.sub("", page.read_text("utf-8"))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target) if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)
    assert broken == []


def test_every_page_is_in_the_index():
    index = (DOCS / "README.md").read_text("utf-8")
    assert [page.name for page in PAGES if f"({page.name}" not in index] == ["README.md"]


def terms(text: str) -> set[str]:
    """The words of a glossary table: what is bold, or what the first column holds."""
    first = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return {word.strip("*` ").lower() for cell in first for word in cell.split(", ")}


def test_glossary_has_every_word_of_the_house():
    words = (DOCS / "architecture.md").read_text("utf-8").split("## Words")[1].split("\n## ")[0]
    asked = terms(words) - {"word", "---", "area_code", "area_name"}
    assert len(asked) > 15
    assert asked - terms((DOCS / "glossary.md").read_text("utf-8")) == set()


def test_glossary_is_in_order_and_names_whose_word_each_is():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (DOCS / "glossary.md").read_text("utf-8").splitlines()
        if line.startswith("| **")
    ]
    words = [row[0].strip("* ").lower() for row in rows]
    assert words == sorted(words)
    assert all(len(row) == 3 and row[1].endswith(".") and row[2] for row in rows)


def test_pages_use_the_words_of_the_house():
    others = r"\b(crosswalks?|metrics?|hierarch(y|ies)|spatiali[sz]e|invert(ed)? indicator)\b"
    found = [
        f"{page.name}: {match.group(0)}"
        for page in PAGES
        for match in re.finditer(others, page.read_text("utf-8"), re.IGNORECASE)
    ]
    assert found == []


def test_every_field_is_described():
    from placedata.catalog import loader, loader_names
    from placedata.definitions import LayerDefinition, PlaceDefinition
    from placedata.framework import Framework
    from placedata.recipes.field_words import of_file, of_part
    from placedata.recipes.reference import meanings, models_in

    words = {LayerDefinition: of_file("layer"), PlaceDefinition: of_file("place")}
    models = {kind for top in (*words, Framework) for kind in [top, *models_in(top)]}
    sources = [loader(name).Source for name in loader_names()]
    models |= {kind for top in sources for kind in [top, *models_in(top)]}
    silent = [
        f"{model.__module__}.{model.__name__}.{field}"
        for model in models
        for field, text in meanings(model, words.get(model) or of_part(model.__name__)).items()
        if not text
        and (model.__name__, field) not in {("Source", "loader"), ("LayerDefinition", "id")}
    ]
    assert silent == []


def test_every_choice_of_a_layer_is_explained():
    import typing

    from placedata.definitions import Apportion, Polarity, Statistic

    text = (DOCS / "layers.md").read_text("utf-8").split("<!-- end -->", 1)[1]
    choices = [*typing.get_args(Apportion), *typing.get_args(Statistic)]
    assert [name for name in choices if f"`{name}`" not in text] == []
    assert all(
        f"`{name}`" in (DOCS / "glossary.md").read_text() for name in typing.get_args(Polarity)
    )


GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "layers" / "README.md", *PAGES]


def placedata_lines(page: Path) -> list[str]:
    """Every use of the program that a page shows, in blocks and in sentences."""
    text = page.read_text("utf-8")
    shown = [line for block in blocks(page) for line in block.text.splitlines()]
    shown += re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    uses = [re.search(r"(?:^|[\\/$ ])(placedata +[a-z][^#\n]*)", line) for line in shown]
    return [use.group(1).strip() for use in uses if use and "import" not in use.group(1)]


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_options_on_a_page_exist(page):
    from placedata.cli.pages import command_line

    known = {
        section.split("\n", 1)[0].strip(): section for section in command_line().split("## ")[1:]
    }
    unknown = []
    for line in placedata_lines(page):
        command, *words = line.split()[1:]
        options = [word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)]
        if command not in known or any(f"{option}" not in known[command] for option in options):
            unknown.append(line)
    assert unknown == []


def test_make_targets_that_the_guides_name_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "".join(page.read_text("utf-8") for page in GUIDES)
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert named >= {"run", "test"}
    assert named - targets == set()


def test_own_place_of_the_readme_is_made_checked_and_built(tmp_path, toytown):
    frame = toytown.frame.rename(columns={"area_code": "WD25CD", "area_name": "WD25NM"})
    frame.to_crs("EPSG:4326").to_file(tmp_path / "wards.geojson", driver="GeoJSON")
    (block,) = [b for b in blocks(ROOT / "README.md") if "placedata init" in b.text]
    *commands, last = block.text.strip().splitlines()
    assert last.startswith("placedata serve")
    for command in commands:
        done = run(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}"


def test_python_of_the_readme_runs_on_the_sample_place(sample_place, tmp_path, monkeypatch):
    shutil.copytree(sample_place.store, tmp_path / "store")  # so that no layer is built again
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PLACEDATA_STORE", str(tmp_path / "store"))
    names: dict[str, Any] = {}
    for block in blocks(ROOT / "README.md"):
        if block.language == "python":
            exec(compile(block.text, "README.md", "exec"), names)
    assert names["place"].store == tmp_path / "store"
    assert names["place"].snapshot.id == sample_place.snapshot.id
