"""Many cards at once: on several cores, resumable, and one that fails does not stop the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placedata.errors import PlaceDataError
from placedata.scorecard.formats import card_files
from placedata.scorecard.safe import file_stem

if TYPE_CHECKING:
    from placedata.snapshot import Snapshot

#: What was made, one line a card: read again by the next run, which makes only what is missing.
RECORD = "cards.jsonl"
#: Cards that a process of its own is worth starting for.
FEWEST_FOR_PROCESSES = 4

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Made:
    """What became of one card.

    Parameters
    ----------
    files
        Names of its files in the folder; empty where it failed.
    reason
        Why it could not be made; empty where it was.
    kept
        Whether all its files were there already.
    """

    area_code: str
    area_name: str
    files: tuple[str, ...]
    reason: str = ""
    kept: bool = False


@dataclass
class Batch:
    """What became of all cards.

    Parameters
    ----------
    folder
        Where the files are.
    made
        One a card, in the order asked for.
    stopped
        Whether it was stopped before the end.
    """

    folder: Path
    made: list[Made] = field(default_factory=list)
    stopped: bool = False

    @property
    def failed(self) -> list[Made]:
        """Cards that could not be made."""
        return [item for item in self.made if item.reason]

    @property
    def files(self) -> list[Path]:
        """Every file, card by card."""
        return [self.folder / name for item in self.made for name in item.files]


@dataclass(frozen=True)
class Task:
    """What a batch is about: one snapshot, some formats, one folder."""

    directory: Path
    manifest: Mapping[str, Any]
    geography: str
    kinds: tuple[str, ...]
    folder: Path

    @property
    def key(self) -> str:
        """What a file depends on besides its area: the snapshot's content and this program."""
        from placedata.version import VERSION

        return f"{self.manifest['content']}/{self.geography}/{VERSION}"


def write_cards(
    snapshot: Snapshot,
    codes: Sequence[str],
    kinds: Sequence[str],
    folder: Path,
    *,
    jobs: int = 1,
    tell: Tell | None = None,
) -> Batch:
    """Write the cards of areas to a folder, in some formats.

    A card whose files are there already, made from the same snapshot by the same version and
    unchanged since, is left as it is.

    Parameters
    ----------
    codes
        Area codes of the snapshot.
    kinds
        Of `formats.FORMATS`.
    jobs
        How many processes.
    tell
        Told name, done and all after each card; what it raises stops the batch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    task = Task(
        snapshot.directory, snapshot.manifest, snapshot.place["geography"], tuple(kinds), folder
    )
    there = _there(task)
    names = {code: str(snapshot.areas.at[code, "area_name"]) for code in codes}
    batch, found = Batch(folder), dict[str, Made]()
    missing = [code for code in codes if code not in there]
    say = tell or (lambda _name, _done, _all: None)
    for code in codes:
        if code in there:
            found[code] = Made(code, names[code], there[code], kept=True)
    with (folder / RECORD).open("a", encoding="utf-8") as record:
        for done, made in enumerate(_results(task, snapshot, missing, jobs), start=len(found) + 1):
            found[made.area_code] = made
            if not made.reason:
                record.write(_line(task, made) + "\n")
                record.flush()
            say(made.area_name, done, len(codes))
    batch.made = [found[code] for code in codes]
    return batch


def _results(task: Task, snapshot: Snapshot, codes: list[str], jobs: int) -> Iterator[Made]:
    """Yield what becomes of each card, as it is ready."""
    if jobs <= 1 or len(codes) < FEWEST_FOR_PROCESSES:
        for code in codes:
            yield make_card(task, snapshot, code)
        return
    import multiprocessing

    # A process that is started anew shares no thread and no lock with this one.
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(jobs, len(codes)), _open, (task,)) as pool:
        yield from pool.imap_unordered(_make, codes, chunksize=1)


_opened: dict[str, Any] = {}


def _open(task: Task) -> None:
    """Open the snapshot once for each process."""
    import signal

    from placedata.snapshot import Snapshot

    # Ctrl+C reaches every process; only the one that a person talks to answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _opened["task"], _opened["snapshot"] = task, Snapshot(task.directory, task.manifest)


def _make(code: str) -> Made:
    return make_card(_opened["task"], _opened["snapshot"], code)


def make_card(task: Task, snapshot: Snapshot, code: str) -> Made:
    """Make one card in every format and write its files; a failure is told, not raised."""
    from placedata.scorecard import make_scorecard

    name = code
    try:
        name = snapshot.area_name(code)
        card = make_scorecard(snapshot, code)
        stem = card_stem(code, name)
        files: dict[str, bytes] = {}
        for kind in task.kinds:
            files |= card_files(card, snapshot, kind, stem)
        for file_name, content in files.items():
            put(task.folder / file_name, content)
    except PlaceDataError as error:
        return Made(code, name, (), reason=error.message)
    except Exception as error:  # noqa: BLE001  the other cards are made whatever this one met
        return Made(code, name, (), reason=f"{type(error).__name__}: {error}"[:300])
    return Made(code, name, tuple(files))


def card_stem(code: str, name: str) -> str:
    """Return the file name of a card without its ending: ``E05014053-abbey``."""
    plain = code if code.isascii() and code.isalnum() else file_stem(code)
    return f"{plain}-{file_stem(name)}"


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(path.name + ".part")
    half.write_bytes(content)
    half.replace(path)


def _line(task: Task, made: Made) -> str:
    hashes = {name: _digest(task.folder / name) for name in made.files}
    line = {"area": made.area_code, "made_from": task.key, "files": hashes}
    return json.dumps(line, ensure_ascii=False)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _there(task: Task) -> dict[str, tuple[str, ...]]:
    """Return the areas whose files are there in every format asked for, as they were made."""
    path = task.folder / RECORD
    found: dict[str, dict[str, str]] = {}
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            told = json.loads(line)
            if told["made_from"] == task.key:
                found.setdefault(str(told["area"]), {}).update(told["files"])
        except (ValueError, KeyError, TypeError):
            continue  # a line cut short by a stop: its card is made again
    return {
        area: kept for area, files in found.items() if (kept := _unchanged(task, files)) is not None
    }


def _unchanged(task: Task, files: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the files of one card in every format, or None where one is missing or changed."""
    wanted = tuple(name for name in files if _kind(name) in task.kinds)
    if {_kind(name) for name in wanted} != set(task.kinds):
        return None
    for name in wanted:
        path = task.folder / name
        if not path.is_file() or _digest(path) != files[name]:
            return None
    return wanted


def _kind(name: str) -> str:
    """Return the format that a file belongs to; the metadata of a CSV belong to the CSV."""
    return "csv" if name.endswith(".csv-metadata.json") else Path(name).suffix.lstrip(".")
