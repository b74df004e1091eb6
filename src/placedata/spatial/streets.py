"""A network of streets, and the shortest ways along it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from placedata.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

#: Ends of lines nearer than this, metres, are one crossing.
SAME_PLACE = 0.01


@dataclass(frozen=True, eq=False)
class Streets:
    """Straight pieces of street between nodes, walked both ways.

    Parameters
    ----------
    x, y
        Nodes, EPSG:27700, metres, shape (nodes,).
    start, end
        Nodes at the ends of each piece, shape (pieces,).
    metres
        Length of each piece.
    part
        Connected part that each piece belongs to; 0 is the longest.
    notes
        Facts counted, in words.
    """

    x: Floats
    y: Floats
    start: Integers
    end: Integers
    metres: Floats
    part: Integers
    notes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The pieces as shapely lines."""
        import shapely

        ends = np.stack([self.start, self.end], axis=1)
        return np.asarray(shapely.linestrings(np.stack([self.x[ends], self.y[ends]], axis=2)))


@dataclass(frozen=True, eq=False)
class Foot:
    """Where points meet the streets.

    Parameters
    ----------
    piece
        The piece of street nearest to each point, -1 where none is near enough.
    along
        Metres from the start of the piece to the foot of the point on it.
    away
        Metres from the point to its foot; NaN without one.
    """

    piece: Integers
    along: Floats
    away: Floats


def make_streets(lines: ArrayLike, notes: Mapping[str, int] | None = None) -> Streets:
    """Return the network of lines that meet where they share a vertex.

    One-way streets are walked both ways. Lines that cross without a common vertex (a bridge) do
    not meet.

    Parameters
    ----------
    lines
        Shapely lines, EPSG:27700, metres.
    notes
        Facts counted while they were read.

    Raises
    ------
    DataError
        There is no line with a length.
    """
    import shapely

    single = shapely.get_parts(np.asarray(lines, dtype=object))
    xy, of = shapely.get_coordinates(single, return_index=True)
    xy = np.round(xy / SAME_PLACE) * SAME_PLACE
    node, at = np.unique(xy, axis=0, return_inverse=True)
    at = at.reshape(-1)
    follows = of[1:] == of[:-1]
    pairs = np.stack([at[:-1][follows], at[1:][follows]], axis=1)
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    if not len(pairs):
        raise DataError(f"streets: none of {len(single)} lines has a length")
    start, end = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    metres = np.hypot(*(node[start] - node[end]).T)
    part = _parts(start, end, metres, len(node))
    facts = {
        **(notes or {}),
        "metres of street": round(metres.sum()),
        "parts of the streets that are not connected with the longest": int(part.max()),
        "metres of street in them": round(metres[part > 0].sum()),
    }
    return Streets(node[:, 0], node[:, 1], start, end, metres, part, facts)


def _parts(start: Integers, end: Integers, metres: Floats, nodes: int) -> Integers:
    """Return the connected part of each piece, the longest first."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(start)), (start, end)), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    length = np.bincount(label[start], metres)
    order = np.argsort(-length, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[label[start]]


def feet(streets: Streets, x: ArrayLike, y: ArrayLike, pieces: Integers, within: float) -> Foot:
    """Return the nearest place on some `pieces` of the streets to each point, `within` metres."""
    import shapely

    places = shapely.points(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    piece = np.full(len(places), -1, dtype=np.int64)
    along, away = np.full((2, len(places)), np.nan)
    if len(pieces) and len(places):
        tree = shapely.STRtree(streets.lines[pieces])
        (which, found), metres = tree.query_nearest(
            places, max_distance=within, return_distance=True, all_matches=False
        )
        piece[which] = pieces[found]
        away[which] = metres
        along[which] = shapely.line_locate_point(streets.lines[piece[which]], places[which])
    return Foot(piece, along, away)


@dataclass(frozen=True, eq=False)
class Ways:
    """The network with services on it, ready for shortest ways.

    Parameters
    ----------
    graph
        Sparse matrix of metres between nodes: those of the streets, then the foot of each service,
        then each service itself.
    services
        Row of each service in the graph, -1 for one that no street is near.
    stops
        Piece of street -> (metres from its start, node) of the feet on it, in order, with both
        ends; only pieces that have one.
    """

    graph: Any
    services: Integers
    stops: Mapping[int, tuple[Floats, Integers]]


def with_services(streets: Streets, at: Foot) -> Ways:
    """Return the network with services at their feet; pieces of street are cut there."""
    from scipy.sparse import csr_array

    used = np.flatnonzero(at.piece >= 0)
    first_foot, many = len(streets.x), len(used)
    foot = first_foot + np.arange(many)
    service = foot + many
    stops: dict[int, tuple[Floats, Integers]] = {}
    for piece in np.unique(at.piece[used]).tolist():
        here = np.flatnonzero(at.piece[used] == piece)
        here = here[np.argsort(at.along[used][here], kind="stable")]
        along = np.concatenate([[0.0], at.along[used][here], [streets.metres[piece]]])
        node = np.concatenate([[streets.start[piece]], foot[here], [streets.end[piece]]])
        stops[piece] = (along, node)
    whole = np.ones(len(streets.metres), dtype=bool)
    whole[list(stops)] = False
    one = [streets.start[whole], foot, *(node[:-1] for _, node in stops.values())]
    two = [streets.end[whole], service, *(node[1:] for _, node in stops.values())]
    metres = [streets.metres[whole], at.away[used], *(np.diff(a) for a, _ in stops.values())]
    size = first_foot + 2 * many
    graph = csr_array(
        (np.concatenate(metres), (np.concatenate(one), np.concatenate(two))), shape=(size, size)
    )
    row = np.full(len(at.piece), -1, dtype=np.int64)
    row[used] = service
    return Ways(graph, row, stops)


def ends_of(streets: Streets, ways: Ways, at: Foot) -> tuple[Integers, Floats]:
    """Return the nodes on both sides of points that have a foot, and the metres to them.

    Returns
    -------
    node, metres
        Shape (points, 2); -1 and NaN without a foot. The metres hold the way from the point to
        its foot.
    """
    node = np.full((len(at.piece), 2), -1, dtype=np.int64)
    metres = np.full(node.shape, np.nan)
    on = np.flatnonzero(at.piece >= 0)
    piece, along = at.piece[on], at.along[on]
    node[on] = np.stack([streets.start[piece], streets.end[piece]], axis=1)
    metres[on] = np.stack([along, streets.metres[piece] - along], axis=1)
    cut = np.isin(piece, list(ways.stops))
    for which in np.unique(piece[cut]).tolist():
        here = on[piece == which]
        stop, nodes = ways.stops[which]
        behind = np.clip(np.searchsorted(stop, at.along[here], side="right"), 1, len(stop) - 1)
        node[here] = np.stack([nodes[behind - 1], nodes[behind]], axis=1)
        metres[here] = np.abs(
            np.stack([stop[behind - 1], stop[behind]], axis=1) - at.along[here, None]
        )
    return node, metres + at.away[:, None]
