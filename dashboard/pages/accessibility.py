PATH="/accessibility"
TITLE="accessibility"
def register(app): return ()
