"""Whole answers kept as they are sent, so that a page asked for again is not made again."""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, g, request

from dashboard.map_background import background_key
from dashboard.rendering import today
from dashboard.served import served, snapshot_now, snapshot_of

if TYPE_CHECKING:
    from flask import Flask

#: Views whose answer follows from the snapshot, the address, the day and the file of the background
#: map, and from nothing else.
KEPT = (
    "/", "about", "area", "areas", "compare", "data_readiness", "embed", "layer", "layers",
    "map_json", "rankings", "relationships", "search", "trends", "weights",
)  # fmt: skip
#: Smaller answers are sent as they are.
FEWEST_BYTES = 400
#: Addresses with more behind their question mark than any page writes are not kept.
LONGEST_QUERY = 2_000
#: What `dashboard.served` notes of a request itself.
_OF_REQUEST = frozenset({"snapshot", "pinned"})


@dataclass(frozen=True)
class Answer:
    """An answer as it is sent.

    Parameters
    ----------
    body
        Packed as the address's asker can read it.
    headers
        Those that the view gave, and how the body is packed.
    told
        What the view left in ``g`` for the headers of every page, such as who may frame it.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]
    told: Mapping[str, Any]


class _PassedOnError(Exception):
    """An answer that is not kept: a redirection, a refusal."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def register(app: Flask) -> None:
    """Keep the answers of the views named above; called when all of them are there."""
    for name in KEPT:
        app.view_functions[name] = _kept(app.view_functions[name])


def _kept(view: Callable[..., Any]) -> Callable[..., Response]:
    @functools.wraps(view)
    def answer(**parts: Any) -> Response:  # noqa: ANN401
        if len(request.query_string) > LONGEST_QUERY:
            return current_app.make_response(view(**parts))
        packing = _packing()
        try:
            found = served().made(_key(packing, parts), lambda: _made(view, parts, packing))
        except _PassedOnError as passed:
            return passed.response
        for name, value in found.told.items():
            setattr(g, name, value)
        response = Response(found.body, headers=list(found.headers))
        response.make_conditional(request)
        return response

    return answer


def _key(packing: str, parts: Mapping[str, Any]) -> Hashable:
    """Return all that the answer depends on.

    An address below ``/snapshots/`` is answered only while that snapshot is there; of an address
    with ``?snapshot=`` both that snapshot and the newest are part of the answer.
    """
    if request.path.startswith("/snapshots/"):
        snapshot_of(parts["identifier"])
    shown, pinned = snapshot_now(), g.get("pinned")
    newest = (pinned.found, pinned.now.id) if pinned else ()
    return (
        "answer", request.path, request.query_string, request.script_root, packing, today(),
        shown.id, newest, background_key(shown),
    )  # fmt: skip


def _packing() -> str:
    """Return how the body may be packed: ``br``, ``gzip`` or not at all."""
    accepted = request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted[name] > 0), "")


def _made(view: Callable[..., Any], parts: Mapping[str, Any], packing: str) -> Answer:
    before = set(g)
    response = current_app.make_response(view(**parts))
    if response.status_code != 200 or response.is_streamed:
        raise _PassedOnError(response)
    body = response.get_data()
    response.set_etag(hashlib.sha256(body).hexdigest()[:24] + (f"-{packing}" if packing else ""))
    response.headers.pop("Content-Length", None)
    if packing and len(body) >= FEWEST_BYTES:
        body = _packed(body, packing)
        response.headers["Content-Encoding"] = packing
    told = {name: g.get(name) for name in set(g) - before - _OF_REQUEST}
    return Answer(body, tuple(response.headers.items()), told)


def _packed(body: bytes, packing: str) -> bytes:
    if packing == "gzip":
        return gzip.compress(body, current_app.config["COMPRESS_LEVEL"], mtime=0)
    import brotli

    packed: bytes = brotli.compress(body, quality=current_app.config["COMPRESS_BR_LEVEL"])
    return packed
