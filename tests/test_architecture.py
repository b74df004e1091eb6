"""The plan of the house holds: sizes, words, floors and docstrings, read from the source itself."""

from __future__ import annotations

import ast
import graphlib
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"placedata": ROOT / "src" / "placedata", "dashboard": ROOT / "dashboard"}
MODULES = sorted(
    path
    for folder in PACKAGES.values()
    for path in folder.rglob("*.py")
    if "node_modules" not in path.parts
)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
NOT_NOUNS = re.compile(r"^_?(utils?|helpers?|common|core|misc|managers?|handlers?|base)$")
NOT_TYPES = re.compile(r"(Manager|Handler|Helper)$|^Base")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def label(path: Path, line: int | None = None) -> str:
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def functions() -> Iterator[tuple[Path, Function]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def length(node: ast.stmt) -> int:
    """Lines of a function, without decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def public(tree: ast.Module) -> Iterator[ast.ClassDef | Function]:
    """Public names of a module and of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            for member in getattr(node, "body", []) if isinstance(node, ast.ClassDef) else []:
                if isinstance(member, Function) and not member.name.startswith("_"):
                    yield member


def test_there_is_something_to_measure():
    assert len(MODULES) > 20


def test_no_module_is_longer_than_400_lines():
    sizes = {label(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}


def test_half_of_the_modules_have_at_most_150_lines():
    assert statistics.median(len(p.read_text("utf-8").splitlines()) for p in MODULES) <= 150


def test_no_function_is_longer_than_60_lines():
    long = {label(p, f.lineno): f"{f.name} {length(f)}" for p, f in functions() if length(f) > 60}
    assert long == {}


def test_half_of_the_functions_have_at_most_20_lines():
    assert statistics.median(length(function) for _, function in functions()) <= 20


def test_no_function_takes_more_than_six_parameters():
    many = {}
    for path, function in functions():
        given = function.args
        names = [a.arg for a in [*given.posonlyargs, *given.args, *given.kwonlyargs]]
        names = [name for name in names if name not in ("self", "cls")]
        # The command line's functions have a parameter for each option of a command.
        if len(names) > 6 and "cli" not in path.relative_to(ROOT).parts:
            many[label(path, function.lineno)] = f"{function.name} {len(names)}"
    assert many == {}


def test_folders_are_at_most_two_deep_under_a_package():
    deep = [
        label(path)
        for folder in PACKAGES.values()
        for path in MODULES
        if path.is_relative_to(folder) and len(path.relative_to(folder).parent.parts) > 2
    ]
    assert deep == []


def test_rooms_have_names_that_say_what_is_in_them():
    vague = [label(p) for p in MODULES if NOT_NOUNS.match(p.stem) or NOT_NOUNS.match(p.parent.name)]
    types = [
        f"{label(path, node.lineno)} {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and NOT_TYPES.search(node.name)
    ]
    assert vague + types == []


def test_every_module_opens_with_a_sentence():
    silent = []
    for path, tree in TREES.items():
        first = (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
        if not first.endswith((".", "?", "!")):
            silent.append(f"{label(path)}: {first!r}")
    assert silent == []


def test_every_public_name_has_a_docstring():
    bare = [
        f"{label(path, node.lineno)} {node.name}"
        for path, tree in TREES.items()
        for node in public(tree)
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_every_public_function_is_annotated():
    bare = []
    for path, tree in TREES.items():
        for node in public(tree):
            if isinstance(node, ast.ClassDef):
                continue
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            unknown = [a.arg for a in given if not a.annotation and a.arg not in ("self", "cls")]
            if unknown or node.returns is None:
                bare.append(f"{label(path, node.lineno)} {node.name} {unknown}")
    assert bare == []


def test_every_error_message_carries_the_value_at_fault():
    kinds = {"PlaceDataError", "ConfigError", "DataError", "LockedError"}
    mute = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            # A message without a value is right where the problems beside it carry the values.
            alone = len(node.args) == 1 and not node.keywords
            if node.func.id in kinds and alone and isinstance(node.args[0], ast.Constant):
                mute.append(f"{label(path, node.lineno)} {node.args[0].value!r}")
    assert mute == []


def test_nothing_is_run_or_unpacked_from_data():
    dangerous_modules = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    found = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            called = (
                node.func.id
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else getattr(node, "attr", "")
                if isinstance(node, ast.Attribute) and node.attr in ("read_pickle", "to_pickle")
                else ""
            )
            unsafe = {name.split(".")[0] for name in names} & dangerous_modules
            if unsafe or called in ("eval", "exec", "read_pickle", "to_pickle"):
                found.append(f"{label(path, node.lineno)} {sorted(unsafe) or called}")
    assert found == []


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)


def test_no_module_imports_itself_round_a_corner(graph: grimp.ImportGraph):
    imports = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def declared_floors() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == "floors")["layers"]


def test_the_picture_of_the_floors_is_the_contract():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    picture = re.search(r"## Floors.*?```\n(.*?)```", text, re.DOTALL)
    assert picture, "docs/architecture.md has no picture of the floors"
    drawn = [line.split("#")[0].strip() for line in picture.group(1).splitlines()]
    assert drawn == declared_floors()


def test_a_room_in_brackets_is_not_built_yet(graph: grimp.ImportGraph):
    planned = re.findall(r"\((\w+)\)", " ".join(declared_floors()))
    built = [room for room in planned if f"placedata.{room}" in graph.modules]
    assert built == [], "take the brackets off in pyproject.toml and docs/architecture.md"
