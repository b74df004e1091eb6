PATH="/layers/"
TITLE="Layers"
def register(app): return ()
