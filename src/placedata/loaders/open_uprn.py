"""Loader ``open_uprn``: OS Open UPRN, a point for every addressable object of Great Britain.

Not tried on the published file: read by its published header, on invented rows.
"""

from __future__ import annotations

from placedata.intake import SourceModel, Tally, one_period
from placedata.intake.rectangle import addresses
from placedata.observations import Observations, Request

_COLUMNS = ("UPRN", "X_COORDINATE", "Y_COORDINATE")


class Source(SourceModel):
    """What a layer says about OS Open UPRN.

    Parameters
    ----------
    file
        Path or glob under a data root, or several: OS's CSV, bare, gzipped or in its zip. The
        national file is read in pieces, and only points near the place are kept.
    """

    file: str | list[str]


def read(source: Source, request: Request) -> Observations:
    """Return one point of value 1 for each UPRN in the place's rectangle, EPSG:27700.

    ``thing`` is a running number: a UPRN never leaves the file. The file says nothing of what an
    object is: ponds, street records and substations are in it beside homes.

    Not tried on a published file: made from its published columns, tested on invented rows.

    Raises
    ------
    DataError
        If a column is absent, or a coordinate is text.
    """
    tally = Tally(request.layer)
    period = one_period(request, tally)
    rows = addresses(request, tally, source.file, _COLUMNS).assign(period=period)
    return tally.observations(rows, "point", ["x", "y", "thing", "name"])
