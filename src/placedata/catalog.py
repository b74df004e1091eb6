"""The catalogue: every layer file, framework and place file of a folder, every mistake at once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.definitions import LAYER_ID, LayerDefinition, PlaceDefinition
from placedata.documents import Document, read_document, validate
from placedata.errors import ConfigError, DataError, Problem, nearest
from placedata.framework import Framework, Indicator

if TYPE_CHECKING:
    from pydantic import BaseModel

    from placedata.files import Roots
    from placedata.observations import Loader

PLACE_FILE = "place.yaml"
PATH_FIELDS = ("file", "sites", "observations")


@dataclass(frozen=True)
class LayerEntry:
    """One layer as its file defines it, with its loader's own fields checked."""

    definition: LayerDefinition
    document: Document
    source: BaseModel | None
    compare: BaseModel | None

    @property
    def id(self) -> str:
        """The layer's id: the file's name."""
        return self.definition.id


@dataclass(frozen=True)
class Catalog:
    """All that a place folder defines.

    Parameters
    ----------
    directory
        The place folder.
    place
        The place file.
    roots
        Data roots, overrides applied.
    layers
        Layer id -> entry, in the order in which they can be built: denominators first.
    framework
        The place's framework, with one indicator for each layer that names a component.
    documents
        Every file that was read.
    """

    directory: Path
    place: PlaceDefinition
    roots: Roots
    layers: Mapping[str, LayerEntry]
    framework: Framework
    documents: tuple[Document, ...]


def loader_names() -> list[str]:
    """Return the loaders there are: one for each module in `placedata.loaders`."""
    package = importlib.import_module("placedata.loaders")
    return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))


@cache
def loader(name: str) -> Loader:
    """Return the loader of that name."""
    module: Any = importlib.import_module(f"placedata.loaders.{name}")
    loaded: Loader = module
    return loaded


def read_catalog(directory: Path, overrides: Mapping[str, Path] | None = None) -> Catalog:
    """Return what the place folder defines.

    Parameters
    ----------
    directory
        The folder that holds ``place.yaml``.
    overrides
        Data root name -> directory, in place of what ``place.yaml`` says.

    Raises
    ------
    ConfigError
        With every problem in every file.
    """
    path = directory / PLACE_FILE
    if not path.is_file():
        problem = Problem(PLACE_FILE, "file", "nothing", "a place folder holds a place.yaml")
        raise ConfigError(f"{directory} is not a place folder: it has no {PLACE_FILE}", [problem])
    reader = _Reader(directory, dict(overrides or {}))
    catalog = reader.read()
    if reader.problems or catalog is None:
        count = len(reader.problems)
        msg = f"{count} problem{'s' if count != 1 else ''} in the place {directory.name or '.'}"
        raise ConfigError(msg, reader.problems)
    return catalog


class _Reader:
    """Reads the files of one place and gathers what is wrong with them."""

    def __init__(self, directory: Path, overrides: dict[str, Path]) -> None:
        self.directory = directory
        self.overrides = overrides
        self.problems: list[Problem] = []
        self.documents: list[Document] = []
        self.roots: Roots | None = None

    def read(self) -> Catalog | None:
        place_document = self._document(self.directory / PLACE_FILE)
        place: PlaceDefinition | None = None
        if place_document is not None:
            place, problems = validate(PlaceDefinition, place_document)
            self.problems += problems
        if place is not None and place_document is not None:
            self.roots = self._roots(place, place_document)
            self._place_files(place, place_document)
        entries = self._layers()
        framework = self._framework(place, place_document)
        self._references(entries, framework)
        ordered = self._ordered(entries)
        if place is None or framework is None or self.problems or self.roots is None:
            return None
        indicators = [indicator(entry.definition) for entry in ordered.values() if entry.definition.component]
        return Catalog(
            self.directory, place, self.roots, ordered,
            framework.with_indicators(indicators), tuple(self.documents),
        )  # fmt: skip

    def _document(self, path: Path) -> Document | None:
        label = path.relative_to(self.directory).as_posix()
        try:
            document = read_document(path, label)
        except ConfigError as error:
            self.problems += error.problems
            return None
        except OSError as error:
            self.problems.append(Problem(label, "file", f"{error.strerror}", "a file that can be read"))
            return None
        self.documents.append(document)
        return document

    def _roots(self, place: PlaceDefinition, document: Document) -> Roots:
        from placedata.files import Roots

        for name in self.overrides:
            if name not in place.data_roots:
                self.problems.append(
                    document.problem(
                        ("data_roots",), f"--data-root {name}", ", ".join(place.data_roots) or "none",
                        nearest(name, place.data_roots),
                    )
                )  # fmt: skip
        directories = {}
        for name, text in place.data_roots.items():
            root = self.overrides.get(name, self.directory / text)
            directories[name] = root
            if not root.is_dir():
                self.problems.append(
                    document.problem(
                        ("data_roots", name), f"no folder at {text if name not in self.overrides else root}",
                        f"a folder, or --data-root {name}=FOLDER",
                    )
                )  # fmt: skip
        return Roots(directories)

    def _place_files(self, place: PlaceDefinition, document: Document) -> None:
        for geography, item in place.boundaries.items():
            self._file(item.file, document, ("boundaries", geography, "file"))
        if place.parent:
            self._file(place.parent.file, document, ("parent", "file"))
        if place.postcodes:
            self._file(place.postcodes.file, document, ("postcodes", "file"))
        for at, rule in enumerate(place.lookups):
            if rule.file:
                self._file(rule.file, document, ("lookups", at, "file"))
            if rule.by == "postcodes" and place.postcodes is None:
                self.problems.append(
                    document.problem(("lookups", at, "by"), "'postcodes'", "postcodes: … in this file, or by: area")
                )
            for key, geography in (("from", rule.source), ("to", rule.target)):
                if rule.by != "file" and geography not in place.boundaries:
                    known = list(place.boundaries)
                    self.problems.append(
                        document.problem(
                            ("lookups", at, key), repr(geography), ", ".join(known), nearest(geography, known)
                        )
                    )

    def _file(self, pattern: str | list[str], document: Document, loc: tuple[str | int, ...]) -> None:
        """Note a problem where the file is not there or lies outside every root."""
        if self.roots is None:
            return
        for one in [pattern] if isinstance(pattern, str) else pattern:
            try:
                self.roots.resolve(one.replace("{period}", "*"), where=f"{document.label}: {'.'.join(map(str, loc))}")
            except DataError as error:
                for problem in error.problems or [Problem("", "", str(error))]:
                    self.problems.append(
                        document.problem(loc, problem.found, problem.allowed, problem.suggestion)
                    )

    def _layers(self) -> dict[str, LayerEntry]:
        folder = self.directory / "layers"
        entries = {}
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            document = self._document(path)
            if document is not None:
                entry = self._layer(path.stem, document)
                if entry is not None:
                    entries[path.stem] = entry
        if not folder.is_dir() or (not entries and not self.problems):
            self.problems.append(
                Problem("layers", "folder", "no layer file", "at least one layers/NAME.yaml (placedata new-layer FILE)")
            )
        return entries

    def _layer(self, name: str, document: Document) -> LayerEntry | None:
        import re

        if not re.match(LAYER_ID, name):
            self.problems.append(
                document.problem((), f"the file name {name!r}", "small letters, digits and _, a letter first, 2 to 41")
            )
            return None
        if isinstance(document.data, dict):
            if "id" in document.data:
                self.problems.append(document.problem(("id",), "an id", "none: the file's name is the id"))
                return None
            document = Document(document.label, {**document.data, "id": name}, document.lines)
        definition, problems = validate(LayerDefinition, document)
        source = compare = None
        raw = document.data.get("source") if isinstance(document.data, dict) else None
        if isinstance(raw, dict):
            source = self._source(document, raw, ("source",))
            extra = document.data.get("compare")
            if isinstance(extra, dict):
                compare = self._source(document, {**raw, **extra}, ("compare",))
        self.problems += problems
        return LayerEntry(definition, document, source, compare) if definition else None

    def _source(self, document: Document, raw: dict[str, Any], loc: tuple[str, ...]) -> BaseModel | None:
        """Return the loader's own model of the source's fields."""
        name = raw.get("loader")
        names = loader_names()
        if name not in names:
            if name is not None:
                self.problems.append(
                    document.problem((*loc, "loader"), repr(name), ", ".join(names), nearest(str(name), names))
                )
            return None
        fields = {key: value for key, value in raw.items() if key != "loader"}
        part = Document(document.label, {loc[0]: fields}, document.lines)
        model, problems = validate(loader(str(name)).Source, part, loc)
        self.problems += problems
        for field in PATH_FIELDS:
            value = fields.get(field)
            if isinstance(value, (str, list)):
                self._file(value, document, (*loc, field))
        return model

    def _framework(self, place: PlaceDefinition | None, document: Document | None) -> Framework | None:
        """Return the place's framework: its own file, else the shipped one of that name."""
        own = {path.stem: path for path in (self.directory / "layers" / "frameworks").glob("*.yaml")}
        read = {name: self._one_framework(path) for name, path in sorted(own.items())}
        if place is None or document is None:
            return None
        if place.framework in read:
            return read[place.framework]
        shipped = shipped_frameworks()
        if place.framework not in shipped:
            known = sorted({*own, *shipped})
            self.problems.append(
                document.problem(
                    ("framework",), repr(place.framework), ", ".join(known), nearest(place.framework, known)
                )
            )
            return None
        return read_framework(shipped[place.framework])

    def _one_framework(self, path: Path) -> Framework | None:
        try:
            return read_framework(path, path.relative_to(self.directory).as_posix())
        except ConfigError as error:
            self.problems += error.problems
            return None

    def _references(self, entries: Mapping[str, LayerEntry], framework: Framework | None) -> None:
        """Check the names by which layers point at components and at each other."""
        components = set(component_ids(framework)) if framework else None
        for entry in entries.values():
            definition, document = entry.definition, entry.document
            if components is not None and definition.component and definition.component not in components:
                allowed = sorted(components)
                self.problems.append(
                    document.problem(
                        ("component",), repr(definition.component), ", ".join(allowed),
                        nearest(definition.component, allowed),
                    )
                )  # fmt: skip
            named = [(("weighted_by",), definition.weighted_by)]
            if definition.rate:
                named.append((("value", "denominator"), definition.rate.denominator))
                if definition.source is None:
                    named.append((("value", "numerator"), definition.rate.numerator))
            for loc, other in named:
                if other and (other not in entries or other == entry.id):
                    found = repr(other) if other != entry.id else "the layer itself"
                    self.problems.append(
                        document.problem(loc, found, "the id of another layer", nearest(other, entries))
                    )

    def _ordered(self, entries: Mapping[str, LayerEntry]) -> dict[str, LayerEntry]:
        """Return the layers with those they need before them."""
        ordered: dict[str, LayerEntry] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in ordered or name not in entries:
                return
            entry = entries[name]
            if name in path:
                circle = " → ".join([*path[path.index(name) :], name])
                self.problems.append(entry.document.problem(("value",), f"a circle: {circle}", "no circle"))
                return
            for other in needed(entry.definition):
                visit(other, (*path, name))
            ordered[name] = entry

        for name in sorted(entries):
            visit(name, ())
        return ordered


def needed(definition: LayerDefinition) -> list[str]:
    """Return the ids of the layers that this one is computed from."""
    names = [definition.weighted_by]
    if definition.rate:
        names += [definition.rate.denominator, definition.rate.numerator if definition.source is None else None]
    return [name for name in names if name]


def component_ids(framework: Framework) -> list[str]:
    """Return the ids of the nodes of the lowest level: those that hold indicators."""
    return [node.id for node in framework.nodes if node.level == framework.levels[-1]]


def indicator(definition: LayerDefinition) -> Indicator:
    """Return what a layer contributes to the index."""
    goalposts = definition.goalposts
    return Indicator.model_validate(
        {
            "id": definition.id,
            "title": definition.title,
            "unit": definition.unit,
            "component": definition.component,
            "polarity": definition.polarity,
            "weight": definition.weight,
            **({"goalposts": {"best": goalposts.best, "worst": goalposts.worst}} if goalposts else {}),
        }
    )


def shipped_frameworks() -> dict[str, Path]:
    """Return the frameworks that come with placedata, by id."""
    folder = Path(__file__).parent / "frameworks"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_framework(path: Path, label: str | None = None) -> Framework:
    """Return the framework in a YAML file; its id is the file's name.

    Raises
    ------
    ConfigError
        With every problem in the file.
    """
    document = read_document(path, label or path.name)
    if isinstance(document.data, dict):
        document = Document(document.label, {"id": path.stem, **document.data}, document.lines)
    framework, problems = validate(Framework, document)
    if framework is None:
        msg = f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the framework {document.label}"
        raise ConfigError(msg, problems)
    return framework
