"""Grey pictures as PNG files."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

#: Greys of a picture inside an SVG are these far apart: fewer than the eye tells, far fewer bytes.
_STEP = 5


def grey_png(grey: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> bytes:
    """Return a PNG of 8 bits; where all is opaque it has no alpha.

    Parameters
    ----------
    grey, alpha
        Shape (rows, columns).
    """
    opaque = bool((alpha == 255).all())
    pixels = grey[..., None] if opaque else np.stack([grey, alpha], axis=2)
    high, wide = grey.shape
    # a byte before each row says how it is filtered: 2 keeps the difference to the row above
    above = np.zeros_like(pixels)
    above[1:] = pixels[:-1]
    filtered = (pixels - above).reshape(high, -1)
    rows = np.concatenate([np.full((high, 1), 2, np.uint8), filtered], axis=1)
    head = struct.pack(">IIBBBBB", wide, high, 8, 0 if opaque else 4, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 6)
    parts = [_chunk(b"IHDR", head), _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def paper_png(grey: NDArray[np.uint8], alpha: NDArray[np.uint8], strength: float = 1.0) -> bytes:
    """Return a PNG on white paper, of fewer greys than there are: small, to be put inside an SVG.

    Parameters
    ----------
    grey, alpha
        Shape (rows, columns).
    strength
        How strongly the greys are drawn, 0 to 1.
    """
    dark = (255.0 - grey) * (alpha / 255.0) * strength
    paper = 255 - np.rint(dark / _STEP) * _STEP
    return grey_png(paper.astype(np.uint8), np.full(grey.shape, 255, np.uint8))


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk: length, kind, content, check sum."""
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
