"""Stores: where published versions are kept. One contract; files are the default."""
