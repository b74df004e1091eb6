"""Place: opens a place folder; the one door for notebooks, the command line and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from placedata.errors import PlaceDataError

if TYPE_CHECKING:
    import pandas as pd

    from placedata.build.place import Built, Progress
    from placedata.catalog import Catalog
    from placedata.layers import Layer
    from placedata.maps.classing import Classing
    from placedata.maps.over import Over
    from placedata.maps.standalone import StandaloneMap
    from placedata.scorecard import Scorecard
    from placedata.snapshot import Snapshot
    from placedata.snapshot.changes import Changes
    from placedata.snapshot.trace import Trace

STORE = ".placedata"


class Place:
    """A place folder and what has been published from it.

    Parameters
    ----------
    directory
        The folder that holds ``place.yaml``.
    data_roots
        Data root name -> folder, in place of what ``place.yaml`` says.
    store
        Folder of snapshots; ``.placedata`` in the place unless given.

    Examples
    --------
    >>> place = Place.open(".")  # doctest: +SKIP
    >>> place.build()  # doctest: +SKIP
    >>> place.scorecard("E05990001")  # doctest: +SKIP
    """

    def __init__(
        self,
        directory: Path,
        *,
        data_roots: Mapping[str, Path] | None = None,
        store: Path | None = None,
    ) -> None:
        self.directory = directory
        self.data_roots = dict(data_roots or {})
        self.store = store or directory / STORE
        self._snapshot: Snapshot | None = None

    @classmethod
    def open(
        cls,
        directory: str | Path = ".",
        *,
        data_roots: Mapping[str, str | Path] | None = None,
        store: str | Path | None = None,
    ) -> Place:
        """Open a place folder; environment settings apply where nothing is given.

        Raises
        ------
        PlaceDataError
            There is no such folder.
        """
        from placedata.settings import read_settings

        settings = read_settings()
        path = Path(directory)
        if not path.is_dir():
            msg = f"there is no folder {str(directory)!r}"
            raise PlaceDataError(msg)
        roots = {**dict(settings.data_roots), **{k: Path(v) for k, v in (data_roots or {}).items()}}
        chosen = Path(store) if store else settings.store
        return cls(path, data_roots=roots, store=chosen)

    def __repr__(self) -> str:
        """Return the folder's name."""
        return f"Place({str(self.directory)!r})"

    def catalog(self) -> Catalog:
        """Return what the folder defines; ConfigError with every mistake at once."""
        from placedata.catalog import read_catalog

        return read_catalog(self.directory, self.data_roots)

    def data_files(self, patterns: str | Sequence[str]) -> list[tuple[str, Path]]:
        """Return label and path of the files that patterns name, inside the data roots.

        Raises
        ------
        PlaceDataError
            A pattern names no file, or leaves its root.
        """
        from placedata.catalog import read_roots

        roots = read_roots(self.directory, self.data_roots)
        asked = [patterns] if isinstance(patterns, str) else patterns
        found = [path for pattern in asked for path in roots.resolve(pattern, where="place.yaml")]
        return [(roots.label(path), path) for path in dict.fromkeys(found)]

    def check(self, progress: Progress | None = None) -> dict[str, Layer]:
        """Read and build every layer without publishing; raise every problem at once."""
        from placedata.build.place import build_layers, silent
        from placedata.layers import Ground

        catalog = self.catalog()
        return build_layers(catalog, Ground(catalog), store=self.store, progress=progress or silent)

    def build(
        self,
        *,
        force: bool = False,
        allow_imbalance: str | None = None,
        progress: Progress | None = None,
    ) -> Built:
        """Build what has changed and publish a snapshot.

        Parameters
        ----------
        force
            Build everything again.
        allow_imbalance
            Why layers are published that do not balance or miss their control total.

        Raises
        ------
        DataError
            A layer cannot be built or does not balance; what was served before stays.
        """
        from placedata.build.place import build_place, silent

        return build_place(
            self.catalog(),
            self.store,
            force=force,
            allow_imbalance=allow_imbalance,
            progress=progress or silent,
        )

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is served now; opened again when a new one has been published.

        Raises
        ------
        PlaceDataError
            Nothing has been built.
        """
        from placedata.snapshot import open_snapshot
        from placedata.stores.files import current_version

        version = current_version(self.store)
        if self._snapshot is None or self._snapshot.directory.name != version:
            self._snapshot = open_snapshot(self.store, version)
        return self._snapshot

    def trace(self, layer: str, area: str | None = None, period: str | None = None) -> Trace:
        """Return where a figure comes from.

        Parameters
        ----------
        layer
            Layer id, ``score.NODE``, or without an area the reference of a figure.
        area
            Area code, of any level.
        period
            The newest unless given.

        Raises
        ------
        PlaceDataError
            There is no such layer, area, period or reference, or its snapshot is not kept.
        """
        if area is not None:
            return self.snapshot.trace(layer, area, period)
        from placedata.snapshot.trace_referred import trace_of_reference

        return trace_of_reference(self.store, layer)

    def diff(self, before: str, after: str = "served", *, level: str | None = None) -> Changes:
        """Return what differs between two versions (``3``, ``v000003`` or ``served``), and why.

        Parameters
        ----------
        level
            Geography of larger areas to compare; None: the place's own areas.

        Raises
        ------
        PlaceDataError
            There is no such version or level.
        """
        from placedata.snapshot import open_snapshot
        from placedata.snapshot.changes import changes
        from placedata.stores.rollback import find_version

        one, two = (
            open_snapshot(self.store, find_version(self.store, name)) for name in (before, after)
        )
        return changes(one, two, level)

    def history(self) -> pd.DataFrame:
        """Return the versions kept, oldest first, by id: published, served, user, layers …."""
        import pandas as pd

        from placedata.stores.history import Version, kept_versions

        columns = list(Version.__annotations__)
        return pd.DataFrame(kept_versions(self.store), columns=columns).set_index("id")

    def audit(self) -> pd.DataFrame:
        """Return the audit log, oldest first: time, action, version, id, user, reason."""
        import pandas as pd

        from placedata.stores.audit import read_audit

        columns = ["time", "action", "version", "id", "user", "reason"]
        return pd.DataFrame(read_audit(self.store), columns=columns, dtype=object)

    def rollback(self, version: str | None = None, *, reason: str | None = None) -> Snapshot:
        """Serve an earlier version again (the one before unless given), and return it.

        Raises
        ------
        PlaceDataError
            There is no such version, it is served already, or its files are damaged.
        """
        from placedata.stores.rollback import roll_back

        roll_back(self.store, version, reason=reason)
        return self.snapshot

    @property
    def layers(self) -> pd.DataFrame:
        """The catalogue of the snapshot: one row a layer."""
        import pandas as pd

        columns = [
            "id",
            "title",
            "theme",
            "unit",
            "polarity",
            "component",
            "latest",
            "coverage",
            "publisher",
            "licence",
        ]
        rows = [
            {name: getattr(item, name) for name in columns}
            for item in self.snapshot.layers.values()
        ]
        return pd.DataFrame(rows, columns=columns).set_index("id")

    def table(self, layer: str, period: str | None = None) -> pd.DataFrame:
        """Return one layer's ward figures, indexed by area code; the newest period unless given."""
        return self.snapshot.table(layer, period)

    def scores(self) -> pd.DataFrame:
        """Return the scores, long: area_code, node, level, score, rank, coverage."""
        return self.snapshot.scores

    def map(
        self,
        *layers: str,
        period: str | None = None,
        classing: Classing | None = None,
        over: Over | None = None,
    ) -> StandaloneMap:
        """Return a map of one or more layers that needs no network; a notebook shows it.

        Parameters
        ----------
        layers
            Layer ids, or ``score.`` and the id of a node of the index.
        period
            One of the periods of every layer; the newest of each unless given.
        classing
            `placedata.maps.classing.Classing`: way and number of classes, hatch.
        over
            `placedata.maps.over.Over`: outlines, things and a raster over the map.
        """
        from placedata.maps.classing import USUAL
        from placedata.maps.over import laid_over
        from placedata.maps.standalone import standalone_map

        laid = laid_over(self.snapshot, over) if over else None
        return standalone_map(self.snapshot, layers, period, classing or USUAL, laid)

    def scorecard(self, area: str) -> Scorecard:
        """Return one ward's scorecard."""
        from placedata.scorecard import make_scorecard

        return make_scorecard(self.snapshot, area)
