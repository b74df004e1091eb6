"""Parts of background maps as grey pixels, and their laying on a grid of points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Shares of red, green and blue in the grey of a colour (Rec. 601).
SHARES = (0.299, 0.587, 0.114)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Patch:
    """A part of a background map, north up.

    Parameters
    ----------
    grey, alpha
        uint8, shape (rows, columns); alpha is 0 where the map says nothing.
    west, north
        Outer corner of the first pixel, in units of the CRS.
    step
        Width and height of a pixel, both positive.
    """

    grey: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    west: float
    north: float
    step: tuple[float, float]


def grey_of(bands: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the grey of red, green and blue, shape (3, rows, columns)."""
    red, green, blue = (share * band for share, band in zip(SHARES, bands, strict=True))
    grey: NDArray[np.uint8] = (red + green + blue + 0.5).astype(np.uint8)
    return grey


def smaller(patch: Patch, by: int) -> Patch:
    """Return a patch with the mean of each square of ``by`` times ``by`` pixels.

    Its last pixels are repeated to fill the last squares, or there would be a gap to its neighbour.
    """
    if by < 2:
        return patch
    high, wide = patch.grey.shape
    rows, columns = -(-high // by), -(-wide // by)
    more = ((0, rows * by - high), (0, columns * by - wide))
    shape = (rows, by, columns, by)
    weight = np.pad(patch.alpha, more, mode="edge").reshape(shape).astype(np.float32)
    grey = np.pad(patch.grey, more, mode="edge").reshape(shape)
    total = weight.sum((1, 3))
    mean = (grey * weight).sum((1, 3)) / np.maximum(total, 1)
    alpha = total / (by * by)
    step = (patch.step[0] * by, patch.step[1] * by)
    whole = ((mean + 0.5).astype(np.uint8), (alpha + 0.5).astype(np.uint8))
    return Patch(*whole, patch.west, patch.north, step)


def laid(
    patches: Iterable[Patch], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return grey and alpha at points, between the nearest four pixels; the first patch counts.

    Parameters
    ----------
    x, y
        Coordinates in the CRS of the patches, of one shape.
    """
    grey = np.full(x.shape, 255, np.uint8)
    alpha = np.zeros(x.shape, np.uint8)
    for patch in patches:
        high, wide = patch.grey.shape
        column = (x - patch.west) / patch.step[0] - 0.5
        row = (patch.north - y) / patch.step[1] - 0.5
        inside = (column >= -0.5) & (column < wide - 0.5) & (row >= -0.5) & (row < high - 0.5)
        inside &= alpha == 0
        if not inside.any():
            continue
        found, seen = _between(patch, column[inside], row[inside])
        grey[inside], alpha[inside] = found, seen
    return grey, alpha


def _between(
    patch: Patch, column: NDArray[np.float64], row: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return grey and alpha between pixels; at the edge of a patch those of its last pixels."""
    high, wide = patch.grey.shape
    left, top = np.floor(column).astype(int), np.floor(row).astype(int)
    right_share, low_share = column - left, row - top
    weight, total = np.zeros(column.shape), np.zeros(column.shape)
    for across, share_x in ((left, 1 - right_share), (left + 1, right_share)):
        at_x = np.clip(across, 0, wide - 1)
        for down, share_y in ((top, 1 - low_share), (top + 1, low_share)):
            at_y = np.clip(down, 0, high - 1)
            part = share_x * share_y * patch.alpha[at_y, at_x]
            weight += part
            total += part * patch.grey[at_y, at_x]
    grey = np.where(weight > 0, total / np.maximum(weight, 1e-9), 255)
    return (grey + 0.5).astype(np.uint8), (weight + 0.5).astype(np.uint8)
