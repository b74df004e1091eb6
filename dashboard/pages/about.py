PATH="/about"
TITLE="About"
def register(app): return ()
