"""Data for machines and for the map's own script; no page."""
