"""JSON Schema of layer, place and framework files, so that editors complete and check them.

Draft 7, which the YAML extensions of editors know best. The models are the source; what pydantic
cannot tell is added: each loader's own fields, the short forms, what goes only together.
"""

from __future__ import annotations

import importlib
import json
import typing
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.catalog import loader, loader_names
from placedata.definitions import PERIOD, LayerDefinition, PlaceDefinition
from placedata.recipes.field_words import Words, of_file, of_part
from placedata.recipes.reference import meanings, models_in, summary
from placedata.scorecard.json_schema import scorecard_schema

if TYPE_CHECKING:
    from pydantic import BaseModel

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"


def layer_schema() -> Schema:
    """Return the schema of a layer file: its fields, and those of the loader that it names."""
    schema = _of(LayerDefinition, "A layer file of placedata", of_file("layer"))
    definitions = schema["$defs"]
    schema["properties"].pop("id")
    schema["required"].remove("id")
    # A year may be written as a number; pydantic's schema does not know.
    period: Schema = {"type": ["string", "integer"], "pattern": PERIOD}
    choices = [period, {"type": "array", "items": period}, {"$ref": "#/$defs/PeriodFrom"}]
    schema["properties"]["period"]["anyOf"] = [*choices, {"type": "null"}]
    names = loader_names()
    for name in names:
        own = _source(name, definitions)
        definitions[f"{name}_source"] = own
        every = {key: value for key, value in own.items() if key != "required"}
        definitions[f"{name}_compare"] = every
    definitions["Source"] = {
        "description": "Where the rows come from: a loader and its own fields.",
        "type": "object",
        "required": ["loader"],
        "properties": {"loader": {"enum": names}},
        "allOf": [
            _when({"loader": {"const": name}}, {"$ref": f"#/$defs/{name}_source"}) for name in names
        ],
    }
    schema["allOf"] = [
        *_only_together(),
        *(
            _when(
                {"source": {"properties": {"loader": {"const": name}}, "required": ["loader"]}},
                {"properties": {"compare": _or_nothing(f"{name}_compare")}},
            )
            for name in names
        ),
    ]
    return schema


def place_schema() -> Schema:
    """Return the schema of ``place.yaml``."""
    schema = _of(PlaceDefinition, "A place file of placedata", of_file("place"))
    one = schema["properties"]["boundaries"]["additionalProperties"]
    schema["properties"]["boundaries"]["additionalProperties"] = {
        "anyOf": [{"type": "string", "description": "The file alone."}, one]
    }
    published = ["file", "code_from", "code_to"]
    schema["$defs"]["LookupRule"]["allOf"] = [
        {**_when({"by": {"const": "file"}}, {"required": published}),
         "else": {"properties": {key: {"type": "null"} for key in published}}},
        _when({"by": {"const": "population"}}, {"required": ["population"]}),
    ]  # fmt: skip
    return schema


def framework_schema() -> Schema:
    """Return the schema of a framework file, with the options of each rule."""
    model = importlib.import_module("placedata.framework.model")
    rules = importlib.import_module("placedata.framework.rules")
    schema = _of(model.Framework, "A framework file of placedata", of_part("Framework"))
    schema["required"].remove("id")
    for name, definition in schema["$defs"].items():
        part = getattr(rules, name, None)
        if part is not None and issubclass(part, rules.Rule):
            schema["$defs"][name] = _rule(part, definition)
    return schema


SCHEMAS: dict[str, Callable[[], Schema]] = {
    "layer": layer_schema,
    "place": place_schema,
    "framework": framework_schema,
}


#: Schemas of what placedata writes.
EXPORTS: dict[str, Callable[[], Schema]] = {"scorecard": scorecard_schema}


def write_schemas(folder: Path) -> list[str]:
    """Write every schema into a folder; return the names of files that changed."""
    changed = []
    for name, make in {**SCHEMAS, **EXPORTS}.items():
        path, text = folder / f"{name}.schema.json", as_text(make())
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            changed.append(path.name)
    return changed


def as_text(schema: Schema) -> str:
    """Return a schema as it is written to a file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _of(model: type[BaseModel], title: str, words: Words) -> Schema:
    """Return pydantic's schema of a model, tidied, with the meaning of every field."""
    made = model.model_json_schema()
    schema: Schema = {"$schema": DRAFT, "title": title, **_tidied(made)}
    schema["description"] = summary(model)
    _describe(schema, model, words)
    for kind in models_in(model):
        if kind.__name__ in schema["$defs"]:
            own = schema["$defs"][kind.__name__]
            own["description"] = summary(kind)
            _describe(own, kind, of_part(kind.__name__))
    return schema


def _source(name: str, definitions: Schema) -> Schema:
    """Return the schema of one loader's source; its nested parts go to `definitions`."""
    model = loader(name).Source
    own: Schema = _tidied(model.model_json_schema())
    parts = own.pop("$defs", {})
    for kind in models_in(model):
        parts[kind.__name__]["description"] = summary(kind)
        _describe(parts[kind.__name__], kind, {})
    definitions.update(parts)
    own["description"] = summary(model)
    _describe(own, model, {})
    own["properties"] = {"loader": {"const": name}, **own["properties"]}
    return own


def _describe(schema: Schema, model: type[BaseModel], words: Words) -> None:
    """Put the meaning of each field, and its example, beside its type."""
    told = meanings(model, words)
    for name, field in model.model_fields.items():
        own = schema.get("properties", {}).get(field.alias or name)
        if own is None:
            continue
        if "$ref" in own:  # in draft 7 what stands beside a $ref is not read
            own["allOf"] = [{"$ref": own.pop("$ref")}]
        own.pop("description", None)
        if told[name]:
            own["description"] = told[name].replace("`", "")


def _tidied(part: Any) -> Any:  # noqa: ANN401
    """Return a schema without generated titles and defaults of null; tuples as draft 7 has them."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    tidy: Schema = {}
    for key, value in part.items():
        if key in {"properties", "$defs"}:
            tidy[key] = {name: _tidied(item) for name, item in value.items()}
        elif key == "prefixItems":
            tidy["items"] = [_tidied(item) for item in value]
        elif key == "title" or (key == "default" and value is None):
            continue
        else:
            tidy[key] = _tidied(value)
    return tidy


def _rule(part: Any, definition: Schema) -> Schema:  # noqa: ANN401
    """Return a rule's schema: a bare name, or the name with the options that it takes."""
    alias = {name: field.alias or name for name, field in part.model_fields.items()}
    whole = next(form for form in definition.get("anyOf", [definition]) if "properties" in form)
    _describe(whole, part, {})
    rules = typing.get_args(part.model_fields["rule"].annotation)
    bare = [rule for rule in rules if rule not in part.needs]
    forms: list[Schema] = [{"enum": bare}]
    for rule in rules:
        names = [alias[name] for name in part.uses.get(rule, ())]
        options = {name: whole["properties"][name] for name in names}
        needs = [alias[name] for name in part.needs.get(rule, ())]
        forms.append(
            {
                "type": "object",
                "properties": {"rule": {"const": rule}, **options},
                "required": ["rule", *needs],
                "additionalProperties": False,
            }
        )
    return {"description": summary(part), "anyOf": forms}


def _only_together() -> list[Schema]:
    """Return what the model checks between the fields of a layer."""
    numerator = {"value": {"type": "object", "required": ["numerator"]}}
    scored = {"component": {"type": "string"}}
    return [
        {"anyOf": [{"required": ["source"]}, {"required": ["value"], "properties": numerator}]},
        _when({"apportion": {"const": "weighted_mean"}}, {"required": ["weighted_by"]}),
        _when(scored, {"properties": {"polarity": {"not": {"const": "neutral"}}}}),
    ]


def _when(properties: Schema, then: Schema) -> Schema:
    return {"if": {"properties": properties, "required": list(properties)}, "then": then}


def _or_nothing(name: str) -> Schema:
    return {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}
