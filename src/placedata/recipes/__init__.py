"""Recipes: new places and new layers, drafted from files."""
