"""The JSON Schema of a scorecard's JSON, told from the dataclasses that it is written from."""

from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from placedata.scorecard import card, parts, statements
from placedata.scorecard.branding import Branding, branding_fields
from placedata.scorecard.json_document import SCHEMA

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"


def scorecard_schema() -> Schema:
    """Return the schema of what ``placedata scorecard --format json`` writes."""
    from pydantic import TypeAdapter

    made = TypeAdapter(card.Scorecard).json_schema(ref_template="#/$defs/{model}")
    definitions = {name: _tidied(part) for name, part in made.pop("$defs").items()}
    definitions["Scorecard"] = _tidied(made)
    for name, kind in _kinds():
        if name in definitions:
            _describe(definitions[name], kind)
    definitions["Branding"] = branding_fields()
    document = {
        "schema": {"const": SCHEMA},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    }
    own = definitions.pop("Scorecard")
    alone = {**own, "properties": {**document, **own["properties"]}}
    alone["required"] = [*document, *own["required"]]
    definitions["Scorecard"] = own
    return {
        "$schema": DRAFT,
        "title": "A scorecard, or a comparison, of placedata",
        "description": "Numbers are unrounded; one that is missing is null: its status says why.",
        "oneOf": [alone, _comparison(document)],
        "$defs": definitions,
    }


def _comparison(document: Mapping[str, Schema]) -> Schema:
    """Return the schema of areas side by side."""
    cards = {"type": "array", "items": {"$ref": "#/$defs/Scorecard"}, "minItems": 2, "maxItems": 6}
    sentences = {"type": "array", "items": {"$ref": "#/$defs/Sentence"}}
    text = {"type": "string"}
    own = {
        "kind": {"const": "comparison"}, "title": text, "cards": cards, "sentences": sentences,
        "reproduce": text,
    }  # fmt: skip
    return {
        "description": "Areas side by side.", "type": "object",
        "properties": {**document, **own}, "required": [*document, *own],
        "additionalProperties": False,
    }  # fmt: skip


def _kinds() -> Iterator[tuple[str, type]]:
    """Give the dataclasses that a card is made of."""
    for module in (parts, statements, card):
        for name, kind in vars(module).items():
            if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind is not Branding:
                yield name, kind


def _describe(schema: Schema, kind: type) -> None:
    """Put what the docstring says of each field beside its type; allow no other field."""
    told = inspect.getdoc(kind) or ""
    schema["description"] = told.split("\n\n")[0].replace("\n", " ").replace("``", "")
    for name, words in _fields(told).items():
        if name in schema["properties"]:
            schema["properties"][name] = {"description": words, **_beside(schema, name)}
    schema["required"] = list(schema["properties"])
    schema["additionalProperties"] = False


def _beside(schema: Schema, name: str) -> Schema:
    own: Schema = schema["properties"][name]
    # In draft 7 what stands beside a $ref is not read.
    return {"allOf": [own]} if "$ref" in own else own


def _fields(told: str) -> dict[str, str]:
    """Return field -> meaning from the parameters of a docstring in numpy style."""
    body = told.partition("Parameters\n----------\n")[2]
    found: dict[str, str] = {}
    for match in re.finditer(r"^(\w[\w, ]*)\n((?:    .*\n?|\n)+)", body, re.MULTILINE):
        words = " ".join(textwrap.dedent(match[2]).split()).replace("``", "")
        found |= dict.fromkeys(re.split(r",\s*", match[1]), words)
    return found


def _tidied(part: Any) -> Any:  # noqa: ANN401
    """Return a schema without generated titles and defaults; tuples as draft 7 has them."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    tidy: Schema = {}
    for key, value in part.items():
        if key == "properties":
            tidy[key] = {name: _tidied(item) for name, item in value.items()}
        elif key == "prefixItems":
            tidy["items"] = [_tidied(item) for item in value]
        elif key not in {"title", "default"}:
            tidy[key] = _tidied(value)
    return tidy
