"""The reference pages: every field of every file, told from the models that check the files."""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from placedata.catalog import loader_names
from placedata.definitions import LayerDefinition, PlaceDefinition, Source
from placedata.framework import Framework
from placedata.recipes.field_words import Words, anywhere, of_file, of_part

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_BEGIN = "<!-- made by the program: {name} -->"
_END = "<!-- end -->"
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def refreshed(page: str, makers: Mapping[str, Callable[[], str]] | None = None) -> str:
    """Return a page with what stands between its marks made anew.

    A block begins with ``<!-- made by the program: NAME -->`` and ends with ``<!-- end -->``.

    Parameters
    ----------
    page
        Markdown.
    makers
        Name -> function that makes the block; the reference's own blocks where left out.
    """
    made = BLOCKS if makers is None else makers

    def block(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in made:
            return match.group(0)
        return f"{_BEGIN.format(name=name)}\n\n{made[name]().strip()}\n\n{_END}"

    pattern = _BEGIN.format(name=r"([a-z ]+)") + ".*?" + _END
    return re.sub(pattern, block, page, flags=re.DOTALL)


def layer_fields() -> str:
    """Return the table of a layer file's fields, and of its parts."""
    own = field_table(LayerDefinition, of_file("layer"), leave_out=("id",))
    return "\n\n".join([own, *_parts(LayerDefinition)])


def place_fields() -> str:
    """Return the table of a place file's fields, and of its parts."""
    return "\n\n".join([field_table(PlaceDefinition, of_file("place")), *_parts(PlaceDefinition)])


def framework_fields() -> str:
    """Return one table for each part of a framework file."""
    words = of_part("Framework")
    own = field_table(Framework, words, example=False, leave_out=("id",))
    return "\n\n".join([own, *_parts(Framework, example=False)])


def loader_list() -> str:
    """Return the table of loaders, each with what it reads."""
    rows = [f"| [`{name}`](#{name}) | {_reads(name)} |" for name in loader_names()]
    return "\n".join(["| Loader | Reads |", "| --- | --- |", *rows])


def source_fields() -> str:
    """Return one section for each loader: what it reads and the fields of its source."""
    sections = []
    for name in loader_names():
        module = importlib.import_module(f"placedata.loaders.{name}")
        sections += [
            f"### {name}",
            _reads(name),
            _paragraphs(inspect.getdoc(module.read) or ""),
            field_table(module.Source, {}, example=False),
            *_parts(module.Source, example=False, heading="####"),
        ]
    return "\n\n".join(sections)


def _reads(name: str) -> str:
    """Return what a loader reads, as its module says in its first sentence."""
    module = importlib.import_module(f"placedata.loaders.{name}")
    first = (inspect.getdoc(module) or "").split("\n\n")[0].replace("\n", " ")
    return _sentence(_markdown(re.sub(r"^Loader ``\w+``: ", "", first)))


BLOCKS: dict[str, Callable[[], str]] = {
    "layer fields": layer_fields,
    "place fields": place_fields,
    "framework fields": framework_fields,
    "loader list": loader_list,
    "source fields": source_fields,
}


def field_table(
    model: type[BaseModel], words: Words, *, example: bool = True, leave_out: tuple[str, ...] = ()
) -> str:
    """Return a Markdown table with a row for each field of a model.

    Parameters
    ----------
    model
        A pydantic model.
    words
        Field -> meaning and example, for fields that neither the docstring nor the field describes.
    example
        Whether the table has a column of examples; it has none where no field has one.
    leave_out
        Fields that a file does not have.
    """
    told = meanings(model, words)
    example = example and any(words.get(name, ("", ""))[1] for name in model.model_fields)
    head = ["Field", "Takes", "Left out", "Meaning"] + (["Example"] if example else [])
    rows = [head, ["---"] * len(head)]
    fields = [name for name in model.model_fields if name not in leave_out]
    # Fields that are described together share a row.
    for said, together in itertools.groupby(fields, key=lambda name: told[name] or name):
        names = list(together)
        row = _row(model, names, said if said not in fields else "")
        shown = words.get(names[0], ("", ""))[1]
        rows.append(row + ([f"`{shown}`" if shown else ""] if example else []))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in r) + " |" for r in rows)


def _row(model: type[BaseModel], names: list[str], meaning: str) -> list[str]:
    fields = [(model.model_fields[name].alias or name, model.model_fields[name]) for name in names]
    shown = ", ".join(f"`{alias}`" for alias, _ in fields)
    kinds = "; ".join(dict.fromkeys(takes(field) for _, field in fields))
    defaults = "; ".join(dict.fromkeys(left_out(field) for _, field in fields))
    return [shown, kinds, defaults, meaning]


def meanings(model: type[BaseModel], words: Words) -> dict[str, str]:
    """Return field -> meaning: from `words`, the docstring, or the field's description."""
    rule = model.model_fields.get("rule")
    rules = typing.get_args(rule.annotation) if rule else ()
    documented = _documented(model)
    found = {}
    for name, field in model.model_fields.items():
        own = words.get(name, ("", ""))[0] or documented.get(name) or field.description
        text = own or anywhere(name)
        first, colon, rest = text.partition(": ")
        if colon and set(first.split(", ")) <= set(rules):
            text = ", ".join(f"`{item}`" for item in first.split(", ")) + f": {rest}"
        found[name] = _sentence(text)
    return found


def _documented(model: type[BaseModel]) -> dict[str, str]:
    """Return field -> meaning as the Parameters of the model and its parents tell it."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        text = inspect.cleandoc(kind.__dict__.get("__doc__") or "")
        _, _, parameters = text.partition("Parameters\n----------\n")
        pattern = r"^(\w[\w, ]*)\n((?:    .*\n?|\n)+)"
        for match in re.finditer(pattern, parameters + "\n", re.MULTILINE):
            meaning = _markdown(" ".join(match.group(2).split()))
            found.update(dict.fromkeys(match.group(1).split(", "), meaning))
    by_alias = {str(field.alias): name for name, field in model.model_fields.items() if field.alias}
    return {by_alias.get(name, name): meaning for name, meaning in found.items()}


def summary(model: type[BaseModel]) -> str:
    """Return what a model's docstring says before its parameters, as Markdown."""
    text = inspect.cleandoc(model.__dict__.get("__doc__") or "")
    return _markdown(" ".join(text.partition("Parameters\n---")[0].split()))


def takes(field: FieldInfo) -> str:
    """Return what a field takes, in words: ``text or a list of text``, ``a number, 0 to 1``."""
    words = _kind(field.annotation)
    limits = _limits(field.metadata)
    return f"{words}, {limits}" if limits else words


def left_out(field: FieldInfo) -> str:
    """Return what a field is where a file leaves it out."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", [], {}, ()) or hasattr(type(value), "model_fields"):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "`{" + ", ".join(f"{key}: {item}" for key, item in value.items()) + "}`"
    if isinstance(value, tuple):
        shown = (item if isinstance(item, str) else f"{item:g}" for item in value)
        return f"`[{', '.join(shown)}]`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _kind(annotation: Any) -> str:  # noqa: ANN401
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        words, limits = _kind(inside[0]), _limits(inside[1:])
        return f"{words}, {limits}" if limits else words
    if origin in {Union, types.UnionType}:
        if {str, int, float, bool} <= set(inside):
            lists = any(typing.get_origin(part) is list for part in inside)
            return "a value or a list of values" if lists else "values"
        kinds = [_kind(part) for part in inside if part is not type(None)]
        return " or ".join(dict.fromkeys(kinds))
    if origin is Literal:
        return ("" if len(inside) < 3 else "one of ") + (" or " if len(inside) < 3 else ", ").join(
            f"`{item}`" for item in inside
        )
    if origin is tuple and Ellipsis not in inside:
        return f"a list of {len(inside)}: {_kind(inside[0])}"
    if origin in {list, tuple, dict}:
        kind = _plural(_kind(inside[-1 if origin is dict else 0]))
        return f"names with {kind}" if origin is dict else f"a list of {kind}"
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        name = _spaced(annotation.__name__)
        link = f"[{name.lower()}](#{name.lower().replace(' ', '-')})"
        return link if annotation is not Source else "a loader and its fields"
    return _NAMES.get(annotation, "anything")


def _plural(kind: str) -> str:
    plurals = {"a number": "numbers", "a whole number": "whole numbers", "anything": "values"}
    return plurals.get(kind, kind)


def _limits(metadata: Any) -> str:  # noqa: ANN401
    """Return the bounds that annotated-types markers set, in words."""
    given: dict[str, float] = {}
    for item in metadata:
        inner = getattr(item, "metadata", None) or [item]
        for mark in inner:
            for name in ("ge", "gt", "le", "lt"):
                if getattr(mark, name, None) is not None:
                    given[name] = getattr(mark, name)
    if {"ge", "le"} <= given.keys():
        return f"{given['ge']:g} to {given['le']:g}"
    names = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return " and ".join(f"{names[key]} {value:g}" for key, value in given.items())


def models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models that the fields of a model are made of, each once, nearest first."""
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [field.annotation for field in model.model_fields.values()]
    while waiting:
        kind = waiting.pop(0)
        waiting += typing.get_args(kind)
        if isinstance(kind, type) and hasattr(kind, "model_fields") and kind not in found:
            found.append(kind)
            waiting += [field.annotation for field in kind.model_fields.values()]
    return found


def _parts(model: type[BaseModel], *, example: bool = True, heading: str = "###") -> Iterator[str]:
    for part in models_in(model):
        if part is Source:
            continue  # its fields are the loader's own
        yield f"{heading} {_spaced(part.__name__)}"
        yield summary(part)
        yield field_table(part, of_part(part.__name__), example=example)
        if getattr(part, "uses", None):
            yield _options(part)


def _options(part: Any) -> str:  # noqa: ANN401
    """Return which options go with which rule."""
    rows = ["| Rule | Options |", "| --- | --- |"]
    rules = typing.get_args(part.model_fields["rule"].annotation)
    for rule in rules:
        names = [part.model_fields[name].alias or name for name in part.uses.get(rule, ())]
        needs = {part.model_fields[name].alias or name for name in part.needs.get(rule, ())}
        told = [f"`{name}`" + (" (needed)" if name in needs else "") for name in names]
        rows.append(f"| `{rule}` | {', '.join(told) or '–'} |")
    return "\n".join(rows)


def _paragraphs(docstring: str) -> str:
    """Return what a docstring says after its first line and before its sections, as Markdown."""
    body = re.split(r"\n\w+\n-{3,}\n", docstring)[0].split("\n\n")
    return "\n\n".join(_markdown(" ".join(part.split())) for part in body)


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else text + "."


def _spaced(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return words[:1] + words[1:].lower()


def write_pages(folder: Path, makers: Mapping[str, Callable[[], str]]) -> list[str]:
    """Make the blocks of every page in a folder anew; return the names of pages that changed."""
    changed = []
    for path in sorted(folder.glob("*.md")):
        page = path.read_text("utf-8")
        made = refreshed(page, makers)
        if made != page:
            path.write_text(made, "utf-8", newline="\n")
            changed.append(path.name)
    return changed
