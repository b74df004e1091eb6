"""The audit log of a store: who did what, when and why; lines are added and never rewritten."""

from __future__ import annotations

import getpass
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

AUDIT = "audit.jsonl"
Action = Literal["build", "rollback", "allow-imbalance"]


def add_line(
    store: Path, action: Action, version: str, content: str, *, reason: str | None = None
) -> dict[str, Any]:
    """Add one line to the log and flush it to disk; return what it says.

    Parameters
    ----------
    store
        Folder of versions.
    action
        What was done.
    version
        The version that is served since.
    content
        The content hash in that version's manifest.
    reason
        Why, in the words of who did it.
    """
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "action": action,
        "version": version,
        "id": f"{version}-{content[:8]}",
        "user": user_name(),
        "reason": reason,
    }
    text = json.dumps(line, ensure_ascii=False) + "\n"
    # One write of one line to a file opened for appending: two processes never mix their lines.
    handle = os.open(store / AUDIT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return line


def read_audit(store: Path) -> list[dict[str, Any]]:
    """Return the lines of the log, oldest first; a line that was cut off is left out."""
    try:
        text = (store / AUDIT).read_text("utf-8")
    except FileNotFoundError:
        return []
    lines = []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines


def user_name() -> str:
    """Return the user name that the environment tells, else the account's, else ``unknown``."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
