"""Reading a place folder: gather every mistake of every file, then raise once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.catalog.entries import Catalog, LayerEntry, indicator
from placedata.catalog.frameworks import read_framework, shipped_frameworks
from placedata.catalog.loading import PATH_FIELDS, loader, loader_names
from placedata.catalog.references import in_building_order, reference_problems
from placedata.catalog.style import style_problems
from placedata.definitions import LAYER_ID, LayerDefinition, PlaceDefinition
from placedata.documents import Document, read_document, validate
from placedata.errors import ConfigError, DataError, Problem, nearest
from placedata.framework import Framework

if TYPE_CHECKING:
    from pydantic import BaseModel

    from placedata.files import Roots

PLACE_FILE = "place.yaml"
#: What a drafted layer file says where a person must decide.
DRAFT_MARK = "TO FILL IN"


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


def read_roots(directory: Path, overrides: Mapping[str, Path] | None = None) -> Roots:
    """Return the data roots of a place folder, whatever else its files say.

    Parameters
    ----------
    directory, overrides
        As of `read_catalog`.

    Raises
    ------
    ConfigError
        The place file is not there, or is no YAML.
    """
    from placedata.files import Roots

    path = directory / PLACE_FILE
    if not path.is_file():
        raise ConfigError(f"{directory} is not a place folder: it has no {PLACE_FILE}")
    data = read_document(path, PLACE_FILE).data
    stated = data.get("data_roots") if isinstance(data, dict) else None
    texts = stated if isinstance(stated, dict) else {"data": "data"}
    return Roots({
        str(name): (overrides or {}).get(str(name), directory / str(text))
        for name, text in texts.items()
    })  # fmt: skip


def _unfilled(document: Document) -> list[Problem]:
    """Return a problem for each field of a draft that nobody has filled in."""
    fields = document.data if isinstance(document.data, dict) else {}
    return [
        document.problem((name,), repr(DRAFT_MARK), "what is right for this layer")
        for name, value in fields.items()
        if value == DRAFT_MARK
    ]


class _Reader:
    """Reads the files of one place and gathers what is wrong with them."""

    def __init__(self, directory: Path, overrides: dict[str, Path]) -> None:
        self.directory = directory
        self.overrides = overrides
        self.problems: list[Problem] = []
        self.documents: list[Document] = []
        self.roots: Roots | None = None
        self.names: list[str] = []

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
        if place is not None and place_document is not None:
            self._population_layers(place, place_document)
            self.problems += style_problems(place, place_document, self.names, self.roots)
        framework = self._framework(place, place_document)
        self.problems += reference_problems(entries, self.names, framework)
        ordered, circles = in_building_order(entries)
        self.problems += circles
        if place is None or framework is None or self.problems or self.roots is None:
            return None
        complete = self._with_layers(framework, ordered)
        if complete is None:
            return None
        documents = tuple(self.documents)
        return Catalog(self.directory, place, self.roots, ordered, complete, documents)

    def _with_layers(
        self, framework: Framework, entries: Mapping[str, LayerEntry]
    ) -> Framework | None:
        """Return the framework with what the layers contribute, mistakes told in their files."""
        from pydantic import ValidationError

        inside = [entry for entry in entries.values() if entry.definition.component]
        try:
            return framework.with_indicators(indicator(entry.definition) for entry in inside)
        except ValidationError as error:
            for detail in error.errors():
                loc = detail["loc"]
                at = int(loc[1]) - len(framework.indicators) if len(loc) > 1 else -1
                document = inside[at].document if 0 <= at < len(inside) else self.documents[0]
                self.problems.append(document.problem(loc[2:3], "what does not fit", detail["msg"]))
            return None

    def _document(self, path: Path) -> Document | None:
        label = path.relative_to(self.directory).as_posix()
        try:
            document = read_document(path, label)
        except ConfigError as error:
            self.problems += error.problems
            return None
        except OSError as error:
            self.problems.append(
                Problem(label, "file", f"{error.strerror}", "a file that can be read")
            )
            return None
        self.documents.append(document)
        return document

    def _roots(self, place: PlaceDefinition, document: Document) -> Roots:
        from placedata.files import Roots

        for name in self.overrides:
            if name not in place.data_roots:
                self.problems.append(
                    document.problem(
                        ("data_roots",), f"--data-root {name}", ", ".join(place.data_roots),
                        nearest(name, place.data_roots),
                    )
                )  # fmt: skip
        directories = {}
        for name, text in place.data_roots.items():
            root = self.overrides.get(name, self.directory / text)
            shown = str(self.overrides.get(name, text))
            directories[name] = root
            if not root.is_dir():
                self.problems.append(
                    document.problem(
                        ("data_roots", name), f"no folder at {shown}",
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
        if place.code_history:
            self._file(place.code_history, document, ("code_history",))
        if place.basemap and place.basemap.file:
            self._file(place.basemap.file, document, ("basemap", "file"))
        for name in ("addresses", "streets"):
            if item := getattr(place, name):
                self._file(item.file, document, (name, "file"))
        self._lookup_rules(place, document)

    def _lookup_rules(self, place: PlaceDefinition, document: Document) -> None:
        """Note a problem for each rule whose file, points or outlines are not there."""
        for at, rule in enumerate(place.lookups):
            if rule.file:
                self._file(rule.file, document, ("lookups", at, "file"))
            if rule.by == "addresses" and place.addresses is None:
                allowed = "addresses: … in this file, or by: postcodes"
                self.problems.append(
                    document.problem(("lookups", at, "by"), repr(rule.by), allowed)
                )
            if rule.by in {"postcodes", "population"} and place.postcodes is None:
                allowed = "postcodes: … in this file, or by: area"
                self.problems.append(
                    document.problem(("lookups", at, "by"), repr(rule.by), allowed)
                )
            for key, geography in (("from", rule.source), ("to", rule.target)):
                if rule.by not in {"file", "history"} and geography not in place.boundaries:
                    known = list(place.boundaries)
                    self.problems.append(
                        document.problem(
                            ("lookups", at, key),
                            repr(geography),
                            ", ".join(known),
                            nearest(geography, known),
                        )
                    )

    def _population_layers(self, place: PlaceDefinition, document: Document) -> None:
        for at, rule in enumerate(place.lookups):
            for field in ("population", "ancillary"):
                name = getattr(rule, field)
                if name is not None and name not in self.names:
                    loc, near = ("lookups", at, field), nearest(name, self.names)
                    self.problems.append(
                        document.problem(loc, repr(name), "the id of a layer", near)
                    )

    def _file(
        self, pattern: str | list[str], document: Document, loc: tuple[str | int, ...]
    ) -> None:
        """Note a problem where the file is not there or lies outside every root."""
        if self.roots is None:
            return
        for one in [pattern] if isinstance(pattern, str) else pattern:
            try:
                self.roots.resolve(
                    one.replace("{period}", "*"),
                    where=f"{document.label}: {'.'.join(map(str, loc))}",
                )
            except DataError as error:
                for problem in error.problems or [Problem("", "", str(error))]:
                    self.problems.append(
                        document.problem(loc, problem.found, problem.allowed, problem.suggestion)
                    )

    def _layers(self) -> dict[str, LayerEntry]:
        folder = self.directory / "layers"
        entries = {}
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            self.names.append(path.stem)
            document = self._document(path)
            if document is not None:
                entry = self._layer(path.stem, document)
                if entry is not None:
                    entries[path.stem] = entry
        if not folder.is_dir() or (not entries and not self.problems):
            self.problems.append(
                Problem(
                    "layers",
                    "folder",
                    "no layer file",
                    "at least one layers/NAME.yaml (placedata new-layer FILE)",
                )
            )
        return entries

    def _layer(self, name: str, document: Document) -> LayerEntry | None:
        if not re.match(LAYER_ID, name):
            self.problems.append(
                document.problem(
                    (),
                    f"the file name {name!r}",
                    "small letters, digits and _, a letter first, 2 to 41",
                )
            )
            return None
        if isinstance(document.data, dict):
            if "id" in document.data:
                self.problems.append(
                    document.problem(("id",), "an id", "none: the file's name is the id")
                )
                return None
            document = Document(document.label, {**document.data, "id": name}, document.lines)
        definition, problems = validate(LayerDefinition, document)
        problems += _unfilled(document)
        source = compare = None
        raw = document.data.get("source") if isinstance(document.data, dict) else None
        if isinstance(raw, dict):
            source = self._source(document, raw, ("source",))
            extra = document.data.get("compare")
            if isinstance(extra, dict):
                compare = self._source(document, {**raw, **extra}, ("compare",))
        self.problems += problems
        return LayerEntry(definition, document, source, compare) if definition else None

    def _source(
        self, document: Document, raw: dict[str, Any], loc: tuple[str, ...]
    ) -> BaseModel | None:
        """Return the loader's own model of the source's fields."""
        name = raw.get("loader")
        names = loader_names()
        if name not in names:
            if name is not None:
                self.problems.append(
                    document.problem(
                        (*loc, "loader"), repr(name), ", ".join(names), nearest(str(name), names)
                    )
                )
            return None
        fields = {key: value for key, value in raw.items() if key != "loader"}
        part = Document(document.label, {loc[0]: fields}, document.lines)
        model, problems = validate(loader(str(name)).Source, part, loc)
        self.problems += problems
        for field in PATH_FIELDS:
            value = fields.get(field)
            if isinstance(value, dict):  # bands of a raster, some of them files of their own
                value = [item for item in value.values() if isinstance(item, str)]
            if isinstance(value, (str, list)):
                self._file(value, document, (*loc, field))
        return model

    def _framework(
        self, place: PlaceDefinition | None, document: Document | None
    ) -> Framework | None:
        """Return the place's framework: its own file, else the shipped one of that name."""
        own = {
            path.stem: path for path in (self.directory / "layers" / "frameworks").glob("*.yaml")
        }
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
                    ("framework",),
                    repr(place.framework),
                    ", ".join(known),
                    nearest(place.framework, known),
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
