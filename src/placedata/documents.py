"""YAML with line numbers: plain data only, every problem at once, no code, no repeated keys."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from placedata.errors import ConfigError, Problem, nearest

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

Loc = tuple[int | str, ...]
Model = TypeVar("Model", bound="BaseModel")

MOST_BYTES = 256_000
MOST_ALIASES = 50
MOST_NODES = 50_000


@dataclass(frozen=True)
class Document:
    """One YAML file as plain data.

    Parameters
    ----------
    label
        The file's name as told in problems ("layers/no2.yaml").
    data
        Mappings, lists, str, int, float, bool and None only. ``NO`` and ``01`` stay text.
    lines
        Location -> 1-based line of that key or item.
    """

    label: str
    data: Any
    lines: Mapping[Loc, int] = field(default_factory=dict)

    def line(self, loc: Sequence[int | str]) -> int:
        """Return the line of the deepest part of `loc` that the file has."""
        for end in range(len(loc), 0, -1):
            found = self.lines.get(tuple(loc[:end]))
            if found is not None:
                return found
        return 1

    def problem(
        self, loc: Sequence[int | str], found: str, allowed: str = "", suggestion: str | None = None
    ) -> Problem:
        """Return a problem at `loc` of this file."""
        name = ".".join(str(part) for part in loc) or "file"
        return Problem(self.label, name, found, allowed, self.line(loc), suggestion)


def read_document(path: Path, label: str) -> Document:
    """Return the one YAML document in `path`.

    Raises
    ------
    ConfigError
        Not UTF-8, larger than 256 kB, not YAML, more than one document, a repeated key, a tag,
        a merge key, or too many aliases.
    """
    raw = path.read_bytes()
    if len(raw) > MOST_BYTES:
        problem = Problem(label, "file", f"{len(raw):,} bytes", f"at most {MOST_BYTES:,} bytes")
        raise ConfigError(_message([problem]), [problem])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(label, "file", f"byte {raw[error.start]:#04x}", "UTF-8 text", line)
        raise ConfigError(_message([problem]), [problem]) from None
    return parse_document(text, label)


def parse_document(text: str, label: str) -> Document:
    """Return the YAML document in `text`; see `read_document`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import AliasEvent

    try:
        # A pass over the events costs as much as reading: only where an alias is possible.
        events = YAML(pure=True).parse(text) if "*" in text else ()
        aliases = sum(isinstance(event, AliasEvent) for event in events)
        if aliases > MOST_ALIASES:
            problem = Problem(label, "file", f"{aliases} aliases", f"at most {MOST_ALIASES}")
            raise ConfigError(_message([problem]), [problem])
        node = YAML(pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        found = " ".join(str(error.problem or error.context or "text").split())
        problem = Problem(label, "file", f"text that is not YAML ({found})", "YAML", line)
        raise ConfigError(_message([problem]), [problem]) from None
    except (YAMLError, ValueError) as error:
        problem = Problem(label, "file", " ".join(str(error).split())[:200], "YAML")
        raise ConfigError(_message([problem]), [problem]) from None
    builder = _Builder(label)
    data = builder.build(node, ()) if node is not None else None
    if builder.problems:
        raise ConfigError(_message(builder.problems), builder.problems)
    return Document(label, data, builder.lines)


def _message(problems: Sequence[Problem]) -> str:
    return f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in {problems[0].file}"


class _Builder:
    """Turns YAML nodes into plain data and keeps the line of each."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self.lines: dict[Loc, int] = {}
        self.nodes = 0

    def build(self, node: Any, loc: Loc) -> Any:  # noqa: ANN401
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.nodes += 1
        self.lines.setdefault(loc, node.start_mark.line + 1)
        if self.nodes > MOST_NODES:
            if self.nodes == MOST_NODES + 1:
                self._refuse(node, loc, "more than 50,000 values", "a smaller file")
            return None
        if str(node.tag).startswith("!") or "python" in str(node.tag):
            self._refuse(node, loc, f"the tag {node.tag}", "plain values without tags")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*loc, at)) for at, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, loc: Loc) -> dict[str, Any]:  # noqa: ANN401
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                first = self.lines[(*loc, key)]
                problem = Problem(
                    self.label, ".".join(map(str, (*loc, key))), f"the key {key!r} a second time",
                    f"each key once (first on line {first})", line,
                )  # fmt: skip
                self.problems.append(problem)
                continue
            if key == "<<":
                self._refuse(key_node, (*loc, key), "a merge key", "plain keys")
                continue
            self.lines[(*loc, key)] = line
            result[key] = self.build(value_node, (*loc, key))
        return result

    def _scalar(self, node: Any) -> Any:  # noqa: ANN401
        tag = str(node.tag).rsplit(":", 1)[-1]
        # ruamel marks the folds of a folded text with a bell
        text = str(node.value).replace("\a", "")
        plain = node.style is None
        if not plain or tag in {"str", "timestamp"}:
            return text
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag in {"int", "float"}:
            return _number(text)
        return text

    def _refuse(self, node: Any, loc: Loc, found: str, allowed: str) -> None:  # noqa: ANN401
        name = ".".join(map(str, loc)) or "file"
        line = node.start_mark.line + 1
        self.problems.append(Problem(self.label, name, found, allowed, line))


def _number(text: str) -> int | float | str:
    """Return the number in `text`; text such as ``01``, ``0x1`` or ``.inf`` stays text."""
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] not in ".eE":
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return text
    return value if value - value == 0 else text


def validate(
    model: type[Model], document: Document, at: Loc = ()
) -> tuple[Model | None, list[Problem]]:
    """Return the model made of the document's data, or None and every problem with its line.

    Parameters
    ----------
    model
        A pydantic model; strict types and ``extra="forbid"`` are the model's own choice.
    document
        The file.
    at
        Part of the document to check, where not all of it.
    """
    from pydantic import ValidationError

    data = document.data
    for part in at:
        data = data[part]
    if not isinstance(data, dict):
        allowed = "fields, one a line, such as 'title: …'"
        return None, [document.problem(at, describe(data), allowed)]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        details = error.errors()
    problems: list[Problem] = []
    strangers: dict[Loc, list[str]] = {}
    for detail in details:
        loc, branch = _located(data, detail["loc"], detail["type"])
        if branch:
            strangers.setdefault(loc, []).append(_IN_WORDS.get(_base(branch), "fields"))
        else:
            problems.append(_told(model, document, (at, loc), detail))
    told = {problem.field for problem in problems}
    for loc, kinds in strangers.items():
        name = ".".join(map(str, (*at, *loc)))
        if not any(field == name or field.startswith(name + ".") for field in told):
            allowed = " or ".join(dict.fromkeys(kinds))
            problems.append(document.problem((*at, *loc), describe(_value_at(data, loc)), allowed))
    return None, problems


_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,), "constrained-str": (str,), "function-before": (str, int), "int": (int,),
    "float": (int, float), "bool": (bool,), "list": (list,), "tuple": (list,), "dict": (dict,),
}  # fmt: skip
_IN_WORDS = {
    "str": "text", "constrained-str": "text", "function-before": "text", "int": "a whole number",
    "float": "a number", "bool": "true or false", "list": "a list", "tuple": "a list",
}  # fmt: skip


def _base(label: str) -> str:
    return label.split("[", maxsplit=1)[0]


def _located(data: Any, loc: Sequence[int | str], kind: str) -> tuple[Loc, str]:  # noqa: ANN401
    """Return the part of `loc` that is in the file, and the union branch that the value is not.

    Pydantic names the branches of a union in a location (``value.Rate.per``); a person knows only
    the keys of the file. A branch for another kind of value than was found is no news.
    """
    here, kept = data, list[int | str]()
    for position, part in enumerate(loc):
        in_dict = isinstance(here, dict) and part in here
        if in_dict or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            here = here[part]
            kept.append(part)
        elif kind == "missing" and position == len(loc) - 1:
            kept.append(part)
        elif not isinstance(here, _KINDS.get(_base(str(part)), (dict,))):
            return tuple(kept), str(part)
    return tuple(kept), ""


def _value_at(data: Any, loc: Loc) -> Any:  # noqa: ANN401
    for part in loc:
        data = data[part]
    return data


def describe(value: object) -> str:
    """Return what was found, in words: ``text 'abc'``, ``the number 3``, ``nothing``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, dict):
        return "fields"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")


_KIND_ALLOWED = {
    "string_type": "text (put it in quotes)",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "fields",
    "model_type": "fields",
    "model_attributes_type": "fields",
}


def _told(
    model: type[BaseModel], document: Document, where: tuple[Loc, Loc], detail: ErrorDetails
) -> Problem:
    """Return one pydantic error as a problem at a line; `where` is the part and the place in it."""
    at, loc = where
    full = (*at, *loc)
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = sorted(fields_at(model, loc[:-1]))
        return document.problem(
            full,
            f"the unknown field {str(loc[-1])!r}",
            ", ".join(allowed),
            nearest(str(loc[-1]), allowed),
        )
    if kind == "missing":
        return document.problem(full, "nothing", f"the field {str(loc[-1])!r} is needed")
    found = describe(detail.get("input"))
    if kind == "structure":
        return document.problem(full, found, str(detail["msg"]), context.get("suggestion"))
    if kind in {"literal_error", "enum"}:
        allowed = [
            word.strip("'")
            for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")
        ]
        return document.problem(
            full, found, ", ".join(allowed), nearest(str(detail.get("input")), allowed)
        )
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return document.problem(full, found, _KIND_ALLOWED.get(kind, message))


def fields_at(model: Any, loc: Sequence[int | str]) -> set[str]:  # noqa: ANN401
    """Return the field names that `model` allows at `loc`."""
    found: set[str] = set()
    for kind in _models_in(model):
        if not loc:
            found |= {info.alias or name for name, info in kind.model_fields.items()}
            continue
        for name, info in kind.model_fields.items():
            if loc[0] in {name, info.alias}:
                found |= fields_at(
                    info.annotation, [part for part in loc[1:] if isinstance(part, str)]
                )
        # a mapping or list of models: step into its values
    return found


def _models_in(annotation: Any) -> list[Any]:  # noqa: ANN401
    """Return the pydantic models that an annotation mentions."""
    from pydantic import BaseModel

    if typing.get_origin(annotation) is None and isinstance(annotation, type):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]
