"""Every newest figure of Barking and Dagenham, made again from its trace and from its files."""

from __future__ import annotations

import gzip
import hashlib
import io
import math
from statistics import fmean

import pandas as pd
import pytest
import rasterio
import rasterio.mask

pytestmark = pytest.mark.real

#: Largest size of a snapshot's traces, bytes.
MOST = 10_000_000


@pytest.fixture(scope="module")
def snapshot(home_place):
    return home_place.snapshot


def by_role(trace):
    frame = pd.DataFrame(trace["rows"], columns=["role", "key", "value", "share", "source", "row"])
    return dict(iter(frame.groupby("role")))


def made_again(trace, record):
    """A figure from the plain rows of its trace, by pandas alone."""
    rows = by_role(trace)
    made = {item["role"]: item["value"] for item in trace["made_of"]}
    if "weight" in rows:
        heavy, figures = (rows[role].set_index("key") for role in ("weight", "figure"))
        mass = (heavy["value"] * heavy["share"]).reindex(figures.index)
        mass = mass[figures["value"].notna()].dropna()
        return (figures["value"] * mass).sum() / mass.sum()
    if "point" in rows:
        values = rows["point"]["value"]
        ways = {"count": len, "sum": math.fsum, "mean": fmean, "median": pd.Series.median}
        figure = ways[record.statistic](values)
    elif "numerator" in made:
        figure = made["numerator"]
    else:
        told = [rows[name] for name in ("figure", "service", "sensor") if name in rows]
        figure = sum((frame["value"] * frame["share"]).sum() for frame in told)
    return figure if record.per is None else record.per * figure / made["denominator"]


def test_every_figure_can_be_made_again_from_the_rows_of_its_trace(snapshot):
    wrong, layers, cells = [], set(), set()
    for layer, record in snapshot.layers.items():
        for code in snapshot.areas.index:
            trace = snapshot.trace(layer, code).document
            if trace["status"] == "suppressed":
                assert trace["rows"] == trace["made_of"] == []
                continue
            assert trace["formula"], (layer, code)
            if any(row["role"] == "cells" for row in trace["rows"]):
                cells.add(layer)  # told together: made again from the files, below
                continue
            if trace["withheld"]:
                continue
            assert trace["status"] == "ok"
            layers.add(layer)
            made = made_again(trace, record)
            if made != pytest.approx(trace["value"], rel=1e-9, abs=1e-9):
                wrong.append((layer, code, made, trace["value"]))
    assert not wrong
    assert cells == {"background_nox", "elevation", "lowest_ground"}
    assert layers | cells == set(snapshot.layers)


# rasterio multiplies transforms in a way that affine 3 will no longer have
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
def test_cells_of_rasters_make_the_figures_again(snapshot, other_way, real_data):
    way = other_way["barking_and_dagenham"].way

    def traced(layer, period=None):
        codes = snapshot.areas.index
        return pd.Series({code: snapshot.trace(layer, code, period).value for code in codes})

    for layer, expected in (
        ("elevation", way.heights()),
        ("background_nox", way.nox(2013)),
    ):
        pd.testing.assert_series_equal(
            traced(layer), expected.reindex(snapshot.areas.index), check_names=False, rtol=1e-6
        )
    lowest = traced("lowest_ground")
    record = snapshot.layers["lowest_ground"]
    label = record.sources[0]["label"].removeprefix("real/")
    with rasterio.open(real_data / label) as file:
        for code, shape in zip(way.wards["code"], way.wards.geometry, strict=True):
            inside, _ = rasterio.mask.mask(file, [shape], all_touched=True, filled=False)
            assert lowest[code] == pytest.approx(float(inside.min()), abs=1e-6)


def test_files_and_lines_of_a_trace_are_those_of_the_published_files(snapshot, real_data):
    record = snapshot.layers["population"]
    for code in snapshot.areas.index[:3]:
        trace = snapshot.trace("population", code)
        for item in (*trace.sources, *trace.ground):
            data = (real_data / item["label"].removeprefix("real/")).read_bytes()
            assert hashlib.sha256(data).hexdigest() == item["sha256"]
        for row in trace.rows:
            path = real_data / row["source"].removeprefix("real/")
            data = path.read_bytes()
            text = gzip.decompress(data) if path.suffix == ".gz" else data
            line = io.BytesIO(text).read().decode("utf-8-sig").splitlines()[row["row"] - 1]
            assert row["key"] in line
    assert record.publisher == trace.publisher


def test_traces_stay_small(snapshot):
    assert (snapshot.directory / "trace.parquet").stat().st_size < MOST
