"""One module a page: PATH, TITLE and ``register(app)``, which returns its script hashes."""
