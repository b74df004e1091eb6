PATH="/layer"
TITLE="layer"
def register(app): return ()
