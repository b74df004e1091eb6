"""One module a page: PATH, TITLE and ``register(app)``, which returns script hashes if it has any."""
