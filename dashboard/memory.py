"""Keep the memory of a server small: give back what is no longer used."""

from __future__ import annotations

import ctypes
import sys

#: Of glibc's ``mallopt``: how many pools threads share, and free bytes at the end that are given
#: back. By default each thread has a pool of its own, which holds what one request once needed.
_ARENA_MAX, _TRIM_THRESHOLD = -8, -1
ARENAS, FREE_BYTES = 2, 1 << 18


def use_little() -> bool:
    """Ask the C library and Arrow to give memory back; return whether both were told.

    On other systems than Linux with glibc nothing is done: their libraries do so by themselves.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    told = mallopt(_ARENA_MAX, ARENAS) and mallopt(_TRIM_THRESHOLD, FREE_BYTES)

    import pyarrow as pa

    # its own pool keeps what a file needed while it was read
    pa.set_memory_pool(pa.system_memory_pool())
    return bool(told)
