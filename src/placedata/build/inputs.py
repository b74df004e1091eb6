"""What a build depends on, as hashes: nothing is built again that would come out the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.build.tiles import tile_maker
from placedata.catalog import PATH_FIELDS, needed
from placedata.catalog.style import logo_of
from placedata.files import sha256
from placedata.snapshot.names import SCHEMA

if TYPE_CHECKING:
    from placedata.catalog import Catalog


def code_version() -> str:
    """Return a hash of placedata's own source: a change of method builds everything again."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.yaml")]):
        if "sample" not in path.parts and "cli" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Hashes:
    """SHA-256 of files, remembered by size and time of change between builds."""

    def __init__(self, store: Path) -> None:
        self.path = store / ".hashes.json"
        try:
            self.known: dict[str, list[Any]] = json.loads(self.path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            self.known = {}
        self.used: dict[str, list[Any]] = {}

    def of(self, path: Path) -> str:
        """Return the hash of a file."""
        stat = path.stat()
        key = str(path.resolve())
        stamp = [stat.st_size, stat.st_mtime_ns]
        kept = self.known.get(key)
        value = kept[2] if kept and kept[:2] == stamp else sha256(path)
        self.used[key] = [*stamp, value]
        return str(value)

    def save(self) -> None:
        """Remember the hashes for the next build."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.used), "utf-8")


def whole_inputs(catalog: Catalog, hashes: Hashes) -> dict[str, str]:
    """Return hashes of what every layer depends on, for the manifest: code, place file, ground."""
    return {
        "code": code_version(),
        "place_file": _digest(catalog.place.model_dump(mode="json")),
        "ground": _digest(_ground(catalog, hashes)),
    }


def layer_keys(catalog: Catalog, hashes: Hashes) -> dict[str, str]:
    """Return layer id -> hash of all that its values depend on."""
    # How scorecards and maps look changes no figure.
    place = catalog.place.model_dump(mode="json", exclude={"scorecard", "peers", "basemap"})
    base = _digest([SCHEMA, code_version(), place, _ground(catalog, hashes)])
    keys: dict[str, str] = {}
    for name, entry in catalog.layers.items():
        others = [keys[other] for other in needed(entry.definition)]
        files = {
            label: sha
            for model in (entry.source, entry.compare)
            if model is not None
            for label, sha in _files(catalog, _paths(model.model_dump()), hashes).items()
        }
        keys[name] = _digest([base, name, entry.document.data, files, others])
    return keys


def place_key(catalog: Catalog, keys: Mapping[str, str]) -> str:
    """Return the hash of all that a snapshot depends on."""
    looks = catalog.place.model_dump(mode="json", include={"scorecard", "peers"})
    looks["logo"] = logo_of(catalog.place, catalog.roots)
    if catalog.place.basemap:
        looks["basemap"] = catalog.place.basemap.model_dump(mode="json")
    framework = catalog.framework.model_dump(mode="json", by_alias=True)
    tiles = ["tiles"] if tile_maker() else []  # a place built before the extra came is built again
    return _digest([sorted(keys.items()), framework, looks, *tiles])


def _ground(catalog: Catalog, hashes: Hashes) -> dict[str, str]:
    place = catalog.place
    patterns: list[str] = [item.file for item in place.boundaries.values()]
    if place.parent:
        patterns.append(place.parent.file)
    if place.postcodes:
        patterns += (
            [place.postcodes.file]
            if isinstance(place.postcodes.file, str)
            else place.postcodes.file
        )
    for item in (place.addresses, place.streets):
        if item is not None:
            patterns += [item.file] if isinstance(item.file, str) else item.file
    patterns += [rule.file for rule in place.lookups if rule.file]
    patterns += [place.code_history] if place.code_history else []
    for rule in place.lookups:
        for name in (rule.population, rule.ancillary):
            source = catalog.layers[name].source if name else None
            patterns += _paths(source.model_dump()) if source else []
    return _files(catalog, patterns, hashes)


def _paths(fields: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name in PATH_FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            found += [item for item in value.values() if isinstance(item, str)]
        elif isinstance(value, Iterable):
            found += list(value)
    return found


def _files(catalog: Catalog, patterns: Iterable[str], hashes: Hashes) -> dict[str, str]:
    return {
        catalog.roots.label(path): hashes.of(path)
        for pattern in patterns
        for path in catalog.roots.resolve(pattern.replace("{period}", "*"))
    }


def _digest(parts: Any) -> str:  # noqa: ANN401
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
