"""The process of one background job: cards of all areas, into its own folder, until told to stop.

``python -m dashboard.card_job FOLDER``, started by `dashboard.jobs`.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from dashboard.jobs import CANCEL, REQUEST, Job, read_json, read_state, write_state
from placedata.errors import PlaceDataError

CARDS = "cards"


class StopAskedError(Exception):
    """Somebody has asked this job to stop."""


def run(home: Path) -> Job:
    """Make the cards that the request in a folder asks for; return what became of it."""
    request = read_json(home / REQUEST)
    try:
        job = _make(home, request)
    except StopAskedError:
        job = replace(read_state(home), state="cancelled")
    except PlaceDataError as error:
        job = replace(read_state(home), state="failed", reason=error.message)
    except Exception as error:  # noqa: BLE001  whatever it is, the page must say that it is over
        reason = f"{type(error).__name__}: {error}"[:300]
        job = replace(read_state(home), state="failed", reason=reason)
    shutil.rmtree(home / CARDS, ignore_errors=True)
    write_state(home, job)
    (home.parent / request.get("slot", "slot")).unlink(missing_ok=True)
    return job


def _make(home: Path, request: dict[str, object]) -> Job:
    from placedata.scorecard.folder import write_folder
    from placedata.snapshot import Snapshot

    manifest = request["manifest"]
    if not isinstance(manifest, dict) or not isinstance(request["kinds"], list):
        msg = f"the request of job {home.name} cannot be read"
        raise PlaceDataError(msg)
    snapshot = Snapshot(Path(str(request["directory"])), manifest)

    def tell(name: str, done: int, every: int) -> None:
        if (home / CANCEL).exists():
            raise StopAskedError
        write_state(home, replace(read_state(home), done=done, all=every, name=name))

    batch, more = write_folder(snapshot, request["kinds"], home / CARDS, tell=tell)
    archive = more[-1]
    archive.replace(home / archive.name)
    return replace(
        read_state(home),
        state="done",
        done=len(batch.made),
        file=archive.name,
        size=(home / archive.name).stat().st_size,
        failed=tuple((item.area_code, item.area_name, item.reason) for item in batch.failed),
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]))
