"""The web dashboard of placedata: pages, map, tables and downloads."""
