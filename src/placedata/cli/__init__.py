"""The command line: one module for each group of commands."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from placedata.cli.commands import app

    app()
