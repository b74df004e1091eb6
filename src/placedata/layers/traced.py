"""The source rows behind every ward figure, kept while the figures are made.

Each function returns one row for each source row (or sensor, service, file) of each ward, with
the columns of `ROW_COLUMNS`. ``role`` says what a row is:

``figure``
    A row keyed by area; ``share`` of it belongs to the ward. Of ``n`` rows that were taken
    together ``row`` and ``last`` are the lines of the first and the last; they have its ``key``.
``weight``
    A row of the layer that weighs a mean; ``share`` of it belongs to the ward.
``point``
    A point in the ward.
``together``
    Addresses or homes, told only as how many there are.
``service``, ``sensor``
    A thing that counts for ``share`` of the ward's figure: the nearest service of so many of where
    people are, at a mean of ``value``, or a sensor with the figure ``value``.
``file``
    The lines ``row`` to ``last`` of a file that made a sensor's figure; of no single ward.
``cells``
    All cells of a raster that touch the ward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.columns import are_among

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from placedata.catalog import LayerEntry
    from placedata.layers.ground import Ground
    from placedata.layers.parts import Part
    from placedata.lookups import Lookup
    from placedata.spatial.exposure import Exposed
    from placedata.spatial.weighted import WeightPoints

ROW_COLUMNS = ("area_code", "role", "source", "row", "last", "key", "value", "share", "n")

#: Loaders whose rows are homes or addresses: never told one by one.
HOUSEHOLDS = frozenset({"epc", "nsul", "open_uprn"})
#: A number this long may be that of an address (UPRN): not told.
LONG_NUMBER = r"\d{7,}"


def row_frame(**columns: object) -> pd.DataFrame:
    """Return a frame of `ROW_COLUMNS` from those given: no source, one row, whole share."""
    import pandas as pd

    whole = {"source": "", "row": 0, "last": columns.get("row", 0), "key": ""}
    given = {**whole, "value": float("nan"), "share": 1.0, "n": 1, **columns}
    frame = pd.DataFrame({name: given[name] for name in ROW_COLUMNS}).reset_index(drop=True)
    kinds = {"value": float, "share": float, "row": int, "last": int, "n": int}
    return frame.astype({name: kind for name, kind in kinds.items() if frame[name].dtype != kind})


def one_by_one(entry: LayerEntry) -> bool:
    """Return whether the rows of a layer's source may be told one by one."""
    if entry.definition.source is None or entry.definition.source.loader in HOUSEHOLDS:
        return False
    identifier = getattr(entry.source, "id", None)
    return not (isinstance(identifier, str) and "uprn" in identifier.lower())


def area_rows(
    entry: LayerEntry, table: pd.DataFrame, ground: Ground, lookup: Lookup | None = None,
    *, role: str = "figure",
) -> pd.DataFrame:  # fmt: skip
    """Return the rows of a source keyed by area (one period) behind each ward.

    A source area without a row has none here either; the ward's coverage says so.
    """
    own = table.reindex(columns=["area_code", "value", "source", "row", "last_row", "parts"])
    # Rows that were taken together are told by the lines of the first and the last, and how many.
    own["last_row"] = own["last_row"].fillna(own["row"])
    own["parts"] = own["parts"].fillna(1)
    if not one_by_one(entry):
        own = own.assign(row=0, last_row=0)
    if lookup is None:
        own = own[are_among(own["area_code"], ground.wards.codes)]
        return row_frame(
            area_code=own["area_code"], role=role, source=own["source"], row=own["row"],
            last=own["last_row"], n=own["parts"], key=own["area_code"], value=own["value"],
        )  # fmt: skip
    own = own.assign(area_code=own["area_code"].astype(str)).rename(columns={"area_code": "key"})
    pairs = lookup.weights.merge(own, left_on="from_code", right_on="key")
    return row_frame(
        area_code=pairs["to_code"], role=role, source=pairs["source"], row=pairs["row"],
        last=pairs["last_row"], n=pairs["parts"], key=pairs["key"], value=pairs["value"],
        share=pairs["weight"],
    )  # fmt: skip


def point_rows(
    entry: LayerEntry, table: pd.DataFrame, codes: NDArray[np.object_], values: pd.Series
) -> pd.DataFrame:
    """Return the points in each ward.

    Parameters
    ----------
    table
        The observations of one period.
    codes
        The ward of each of them, "" outside.
    values
        The wards' figures, told where the points are homes and so are told together.
    """
    inside = codes != ""
    table, codes = table[inside], codes[inside]
    if not one_by_one(entry):
        many = table.groupby(codes).size()
        sources = sorted(set(table["source"]))
        return row_frame(
            area_code=many.index, role="together", n=many.to_numpy(),
            source=sources[0] if len(sources) == 1 else "",
            value=values.reindex(many.index).to_numpy(dtype=float),
        )  # fmt: skip
    return row_frame(
        area_code=codes, role="point", source=table["source"].to_numpy(),
        row=table["row"].to_numpy(), key=_names(entry, table["thing"]).to_numpy(),
        value=table["value"].to_numpy(),
    )  # fmt: skip


def _names(entry: LayerEntry, things: pd.Series) -> pd.Series:
    """Return the ids of things, without those that may be the number of an address.

    Where the layer does not say which column holds the id, it may be one of UPRNs: then no bare
    number is told.
    """
    text = things.astype(str)
    loader = entry.definition.source and entry.definition.source.loader
    unsaid = loader == "points" and getattr(entry.source, "id", None) is None
    return text.mask(text.str.fullmatch(r"\d+" if unsaid else LONG_NUMBER), "")


def reached_rows(
    entry: LayerEntry,
    table: pd.DataFrame,
    points: WeightPoints,
    nearest: NDArray[np.int64],
    figures: NDArray[np.float64],
) -> pd.DataFrame:
    """Return which services are nearest to which share of where each ward's people are.

    Parameters
    ----------
    table
        The services of one period.
    nearest
        Row of the service nearest to each point, -1 for none.
    figures
        The figure of each point, whose mean makes the ward's.
    """
    near = _nearest(points, nearest, figures)
    found = table.reset_index(drop=True).loc[near["which"]]
    told = one_by_one(entry)
    return row_frame(
        area_code=near["area_code"].to_numpy(), role="service", source=found["source"].to_numpy(),
        row=found["row"].to_numpy() if told else 0,
        key=_names(entry, found["thing"]).to_numpy() if told else "",
        value=near["mean"].to_numpy(), share=near["share"].to_numpy(), n=near["n"].to_numpy(),
    )  # fmt: skip


def sensor_rows(table: pd.DataFrame, found: Exposed, codes: list[str]) -> pd.DataFrame:
    """Return the sensors behind each ward's figure, and the lines of files behind each.

    Parameters
    ----------
    table
        The observations of one period.
    found
        The figures, with what each sensor counts for in them.
    codes
        The wards, in the order of the figures.
    """
    import numpy as np
    import pandas as pd

    area, sensor = np.nonzero(found.weights)
    things = found.sensors["thing"].to_numpy(dtype=object)
    many = table.groupby("thing")["value"].count()
    sensors = row_frame(
        area_code=np.asarray(codes, dtype=object)[area], role="sensor", key=things[sensor],
        value=found.sensors["value"].to_numpy(dtype=float)[sensor],
        share=found.weights[area, sensor], n=many.reindex(things[sensor]).to_numpy(),
    )  # fmt: skip
    seen = table[table["value"].notna() & are_among(table["thing"], things[sensor])]
    lines = seen.groupby(["thing", "source"])["row"].agg(["min", "max", "count"]).reset_index()
    files = row_frame(
        area_code="", role="file", source=lines["source"], row=lines["min"], last=lines["max"],
        key=lines["thing"], n=lines["count"],
    ) if len(lines) else sensors.iloc[:0]  # fmt: skip
    return pd.concat([sensors, files], ignore_index=True)


def _nearest(
    points: WeightPoints, which: NDArray[np.int64], figures: NDArray[np.float64]
) -> pd.DataFrame:
    """Return area_code, which (row of the thing), share of the weight, mean figure and n."""
    import pandas as pd

    frame = pd.DataFrame(
        {"at": points.located.positions, "which": which, "d": figures, "weight": points.weight}
    )
    frame = frame[(frame["at"] >= 0) & (frame["which"] >= 0) & (frame["weight"] > 0)]
    frame["d"] *= frame["weight"]
    groups = frame[frame["d"].notna()].groupby(["at", "which"])
    near = groups.agg(d=("d", "sum"), n=("d", "size"), weight=("weight", "sum")).reset_index()
    near["mean"] = near["d"] / near["weight"]
    near["share"] = near["weight"] / near.groupby("at")["weight"].transform("sum")
    return near.assign(area_code=[points.codes[at] for at in near["at"]])


def cell_rows(sources: list[str], period: str, values: pd.Series, cells: pd.Series) -> pd.DataFrame:
    """Return the number of cells behind each ward's figure; the file where it is only one."""
    named = [label for label in sources if period in label]
    labels = named if len(named) == 1 else sources
    return row_frame(
        area_code=values.index, role="cells", value=values.to_numpy(dtype=float),
        source=labels[0] if len(labels) == 1 else "",
        n=cells.reindex(values.index).fillna(0).round().astype(int).to_numpy(),
    )  # fmt: skip


def all_rows(parts: list[Part]) -> pd.DataFrame | None:
    """Return the rows of every period, with their period; None without any.

    `placedata.build.disclosing` takes out those that would give a hidden figure away.
    """
    import pandas as pd

    frames = [
        part.rows.assign(period=part.period)
        for part in parts
        if part.rows is not None and not part.rows.empty
    ]
    return pd.concat(frames, ignore_index=True) if frames else None
