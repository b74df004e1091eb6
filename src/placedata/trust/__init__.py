"""Trust: what may be shown, and what a figure can be relied upon for."""
