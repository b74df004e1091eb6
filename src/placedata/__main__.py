"""``python -m placedata`` is the command line."""

from __future__ import annotations

from placedata.cli import main

if __name__ == "__main__":
    main()
