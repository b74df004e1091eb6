"""Names of the files in a snapshot, and the number of its form."""

from __future__ import annotations

SCHEMA = 1
VALUES = "values.parquet"
SCORES = "scores.parquet"
AREAS = "areas.parquet"
AREAS_WEB = "areas.geojson"
SKETCH = "sketch.json"
TILES = "areas.pmtiles"
TILE_AREAS = "tile_areas.json"
POSTCODES = "postcodes.parquet"
CATALOGUE = "catalogue.json"
INDEX = "index.json"
LABELS = "labels.parquet"
TRACE = "trace.parquet"
RESTS = "rests.parquet"
THINGS = "things.parquet"
CELLS = "cells.json"
CELLS_OF = "cells-{}.png"
LINES = "lines-{}.geojson"
TRACE_GROUND = "trace.json"
