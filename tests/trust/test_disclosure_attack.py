"""An attacker who has every export at once cannot work out a figure that is not shown.

The attacker shares no code with disclosure control. From the files alone (tables, scorecards,
traces, larger areas, areas of several wards, the versions kept, what differs between them) it
writes down every linear equation between counts, and asks linear programming how low and how high
each hidden count can be, counts being no less than zero.
"""

from __future__ import annotations

import copy
import csv
import io
import itertools
import json
import random
import re
import shutil
import sqlite3
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from scipy.optimize import linprog
from scipy.sparse import bmat, csr_matrix
from scipy.sparse.csgraph import connected_components

from placedata import Place
from placedata.errors import DataError, PlaceDataError
from placedata.scorecard import make_scorecard
from placedata.scorecard.table import write_table
from placedata.snapshot import open_snapshot
from placedata.snapshot.account import account_of
from placedata.snapshot.changes import changes
from placedata.snapshot.custom import custom_figures

COUNTS = {"count", "sum"}


class Attacker:
    """Everything that is known of the counts of a place, and what follows from it."""

    def __init__(self, parts=(), same=(), shares=(), growing=(), revised=(), withheld=()):
        self.known = {}  # count -> (low, high)
        self.equations = []  # ({count: factor}, right-hand side)
        self.hidden = set()  # counts whose figure is suppressed
        self.parts, self.same, self.shares, self.growing = parts, same, shares, growing
        self.revised, self.version = set(revised), ""
        self.withheld = set(withheld)  # not told by the publisher either: not in any total

    def name(self, cell):
        """Return a count's name: where it was revised, that of its version."""
        if cell[0] == "sum":
            return ("sum", *(self.name(one) for one in cell[1:]))
        if len(cell) == 3 and (cell[0], cell[2]) in self.revised:
            return (cell[0], cell[1], f"{cell[2]} {self.version}")
        return cell

    def hide(self, cells):
        """Note counts whose figure is suppressed."""
        self.hidden.update(
            self.name(cell) for cell in cells if (cell[0], cell[-1]) not in self.withheld
        )

    def learn(self, cell, number, base=1):
        """Note a count that is told, as exactly as it is told."""
        if number is None or np.isnan(number):
            return
        cell, room = self.name(cell), base / 2 if base > 1 else 0.0
        low, high = max(0.0, number - room), number + room
        before = self.known.get(cell, (0.0, np.inf))
        if max(low, before[0]) <= min(high, before[1]) + 1e-6 * max(1, number):
            self.known[cell] = (max(low, before[0]), max(low, before[0], min(high, before[1])))

    def equate(self, terms, right=0.0):
        """Note that a sum of counts is a number."""
        total = defaultdict(float)
        for cell, factor in terms:
            total[self.name(cell)] += factor
        self.equations.append((dict(total), right))

    def read(self, snapshot):
        """Read all that one version tells: its tables, records and traces, at every level."""
        self.version = snapshot.id
        for level in snapshot.levels:
            here = snapshot.level(level)
            members = {str(code): [str(code)] for code in here.areas.index}
            if here is not snapshot:
                text = (snapshot.directory / f"{level}.json").read_text("utf-8")
                members = defaultdict(list)
                for ward, larger in json.loads(text)["areas"].items():
                    members[larger].append(ward)
            values = pd.read_parquet(here.directory / "values.parquet")
            for name, rows in values.groupby("layer"):
                self._table(snapshot, here.layers[name], rows, members)
            self._exports(here, members)
        for record in snapshot.layers.values():
            self._totals(snapshot, record)
            self._traces(snapshot, record)
        self._several(snapshot)

    def _base(self, snapshot, layer):
        return snapshot.layers[layer].disclosure["rounding"]

    def _divided(self, snapshot, record, period):
        """Return layer and period of the denominator of a rate (the nearest by year)."""
        periods = snapshot.layers[record.denominator].periods

        def year(text):
            words = text.replace("/", "-").split("-")
            return int(next((word for word in words if len(word) == 4 and word.isdigit()), 0))

        return record.denominator, period if period in periods else min(
            sorted(periods), key=lambda other: abs(year(other) - year(period))
        )

    def _table(self, snapshot, record, rows, members):
        """Read numerators, denominators, rates, numbers of points and errors of one layer."""
        own = record.numerator or record.id
        base, ward = self._base(snapshot, record.id), all(len(m) == 1 for m in members.values())
        counted = record.per is not None or record.statistic in COUNTS
        for row in rows.itertuples():
            wards = [(own, row.period, code) for code in members[row.area_code]]
            if not counted:
                self._points(record, row, wards if ward else [])
                continue
            if row.status == "suppressed":
                self.hide(wards if ward else [("sum", *wards)])
            self._sum(wards, row.numerator, base)
            if record.method.startswith("points") and record.statistic == "count":
                self._sum(wards, row.n, base)
            if record.per is None:
                self._sum(wards, row.value, base)
                continue
            under, when = self._divided(snapshot, record, row.period)
            below = [(under, when, code) for code in members[row.area_code]]
            coarse = self._base(snapshot, under)
            if ward:
                self._sum(below, row.denominator, coarse)
            if not np.isnan(row.value) and base == coarse == 1 and ward:
                self.equate([(c, record.per) for c in wards] + [(c, -row.value) for c in below])
                if not np.isnan(row.error_sampling):  # that of a count is its root
                    number = (row.error_sampling / row.value) ** -2 if row.value else 0.0
                    if "Poisson" in json.dumps(dict(record.errors)):
                        self._sum(wards, number, 2)

    def _points(self, record, row, wards):
        """Means of points tell how many points there are; weighted ones what weighs them."""
        if wards and record.method.startswith("points"):
            cell = (f"points of {record.id}", row.period, row.area_code)
            self.hide([cell] if row.status == "suppressed" else [])
            self.learn(cell, row.n)
        if wards and record.weighted_by and not record.method.startswith("mean weighted"):
            self.learn((record.weighted_by, row.period, row.area_code), row.weight)

    def _sum(self, cells, number, base=1):
        if number is None or np.isnan(number):
            return
        if len(cells) == 1:
            self.learn(cells[0], number, base)
        elif cells:
            whole = ("sum", *cells)
            self.learn(whole, number, base)
            self.equate([*((cell, 1.0) for cell in cells), (whole, -1.0)])

    def _exports(self, here, members):
        """Read the files that people take away; each may tell more than the tables do."""
        for code in here.areas.index:
            card = json.loads(make_scorecard(here, str(code)).to_json())
            for figure in [*card["figures"], *card["context"]]:
                record = here.layers[figure["layer"]]
                trend = [*figure["trend"], [figure["period"], figure["value"]]]
                for period, value in trend:
                    self._value(here, record, members, str(code), str(period), value)
                own = [
                    (record.numerator or record.id, record.latest, m) for m in members[str(code)]
                ]
                if record.per is not None:
                    self._sum(own, figure["numerator"], self._base(here, record.id))

    def _value(self, here, record, members, code, period, value):
        if record.per is None and record.statistic in COUNTS and value is not None:
            cells = [(record.id, period, ward) for ward in members[code]]
            self._sum(cells, float(value), self._base(here, record.id))

    def wide(self, here, path):
        """Read one file with all areas in a row each: the newest figure of every layer."""
        for code, values in read_wide(path).items():
            for record in here.layers.values():
                if values.get(record.id) is not None:
                    wards = {code: [code]}
                    self._value(here, record, wards, code, record.latest, values[record.id])

    def _totals(self, snapshot, record):
        """Read the totals of the whole place: summaries, and the ledger of amounts."""
        base, own = self._base(snapshot, record.id), record.numerator or record.id
        self._account(snapshot, record, own)
        for flow, item in zip(record.flows, record.summaries, strict=True):
            period = flow["period"]
            table = snapshot.table(record.id, period)
            every = [str(code) for code in table.index if (own, str(code)) not in self.withheld]
            have = [code for code in every if table.loc[code, "status"] != "missing"]
            cells = [(own, period, code) for code in have]
            if record.per is None and record.statistic in COUNTS:
                self._sum(
                    cells,
                    flow["allocated"] if have == every else item["place"],
                    1 if have == every else base,
                )
            elif record.per is not None:
                if have == every and record.numerator is None:
                    self._sum(cells, flow["allocated"])
                under, when = self._divided(snapshot, record, period)
                if base == 1 == self._base(snapshot, under) and item["place"] is not None:
                    below = [((under, when, code), -item["place"]) for code in have]
                    self.equate([*((cell, record.per) for cell in cells), *below])
            elif record.weighted_by and item["place"] is not None and have == every:
                self._mean(snapshot, record, table, item)
            elif record.method.startswith("points"):
                self._sum([(f"points of {own}", period, code) for code in every], flow["allocated"])

    def _account(self, snapshot, record, own):
        """Read the ledger: what reached wards is what is shown, hidden, or too thinly observed."""
        counted = record.numerator is None and (record.per or record.statistic in COUNTS)
        if not counted or record.method.startswith("points"):
            return
        for item in account_of(snapshot, record.id).document["periods"]:
            table = snapshot.table(record.id, item["period"])
            if self._base(snapshot, record.id) == 1:
                shown = [str(code) for code in table.index[table["status"] == "ok"]]
                self._sum([(own, item["period"], code) for code in shown], item["published"])
            away = [str(code) for code in table.index[table["status"] != "ok"]]
            away = [code for code in away if (own, code) not in self.withheld]
            if self._base(snapshot, record.id) == 1:
                self._sum([(own, item["period"], code) for code in away], item["not_shown"])

    def _mean(self, snapshot, record, table, item):
        """Read a weighted mean: what is hidden in it is a product of a value and a weight."""
        other, terms = record.weighted_by, []
        periods = snapshot.layers[other].periods
        when = item["period"] if item["period"] in periods else periods[-1]
        for code, value in table["value"].items():
            weight = (other, when, str(code))
            hidden = bool(np.isnan(value))
            terms.append((weight, -item["place"] if hidden else value - item["place"]))
            terms += [((f"{record.id} x {other}", when, str(code)), 1.0)] if hidden else []
        if record.method == "as published for wards" and self._base(snapshot, other) == 1:
            self.equate(terms)

    def _traces(self, snapshot, record):
        """Read the source rows of every figure: areas that wards share are equations too."""
        if record.per is None and record.statistic not in COUNTS:
            return
        for period, code in itertools.product(record.periods, snapshot.areas.index):
            trace = snapshot.trace(record.id, str(code), period).document
            told = json.loads(json.dumps(trace))
            rows = [row for row in told["rows"] if row["role"] == "figure"]
            for item in told["made_of"]:
                if item["role"] in {"numerator", "denominator"}:
                    self.learn(
                        (item["layer"], item["period"], item["area_code"]),
                        item["value"],
                        self._base(snapshot, item["layer"]),
                    )
            if rows:
                source = [(("source", record.id, period, row["key"]), row) for row in rows]
                for cell, row in source:
                    self.learn(cell, row["value"])
                own = ((record.id, period, str(code)), -1.0)
                self.equate([*((cell, row["share"]) for cell, row in source), own])
            points = [row for row in told["rows"] if row["role"] in {"point", "together"}]
            if points and record.statistic == "count":
                self.learn((record.id, period, str(code)), float(sum(row["n"] for row in points)))

    def _several(self, snapshot):
        """Ask for areas made of several wards, as many as one has the patience for."""
        codes = [str(code) for code in snapshot.areas.index]
        chance = random.Random(1)
        asked = [list(codes), *(codes[:at] + codes[at + 1 :] for at in range(len(codes)))]
        asked += [chance.sample(codes, chance.randint(2, len(codes) - 1)) for _ in range(6)]
        for several in asked:
            try:
                found = custom_figures(snapshot, several)
            except PlaceDataError:
                continue
            for name, row in found[found["status"] == "ok"].iterrows():
                record = snapshot.layers[name]
                if record.per is not None or record.statistic in COUNTS:
                    cells = [(record.numerator or name, record.latest, code) for code in several]
                    if self._base(snapshot, name) == 1:
                        self._sum(cells, row["numerator"])

    def differ(self, before, after):
        """Read what is said to differ between two versions."""
        told = json.loads(json.dumps(changes(before, after).document(), default=str))
        for item in told["values"]:
            record = after.layers.get(item["layer"])
            if record and record.per is None and record.statistic in COUNTS:
                cell = (item["layer"], item["period"], item["area_code"])
                self.learn(cell, item["after"], self._base(after, item["layer"]))

    def infer(self):
        """Add what is known without any file: parts, the same counts, shares, growth."""
        cells = {cell for cell in self.everything() if len(cell) == 3 and cell[0] != "sum"}
        areas = {(period, code) for _, period, code in cells}

        def of(name, period, code):
            own = (name, period, code)
            return own if own in cells else (name, period, code.split(" ")[0])

        self.revised = set()
        for period, code in areas:
            for total, *parts in self.parts:
                terms = [(of(part, period, code), 1.0) for part in parts]
                if all(cell in cells for cell, _ in terms) and (total, period, code) in cells:
                    self.equate([*terms, ((total, period, code), -1.0)])
            for one, two in self.same:
                if {(one, period, code), (two, period, code)} <= cells:
                    self.equate([((one, period, code), 1.0), ((two, period, code), -1.0)])
            for part, whole in self.shares:
                if {(part, period, code), (whole, period, code)} <= cells:
                    rest = (f"{whole} but {part}", period, code)
                    self.equate(
                        [((part, period, code), 1.0), (rest, 1.0), ((whole, period, code), -1.0)]
                    )
            for name, old, new in self.growing:
                if period == new and {(name, old, code), (name, new, code)} <= cells:
                    more = (f"{name} since {old}", new, code)
                    self.equate([((name, old, code), 1.0), (more, 1.0), ((name, new, code), -1.0)])

    def everything(self):
        """Return every count that is spoken of."""
        return {*self.known, *self.hidden, *(cell for terms, _ in self.equations for cell in terms)}

    def intervals(self, wanted):
        """Return count -> (least, most) by linear programming."""
        cells = sorted(self.everything(), key=str)
        at = {cell: number for number, cell in enumerate(cells)}
        low = np.array([self.known.get(cell, (0.0, np.inf))[0] for cell in cells])
        high = np.array([self.known.get(cell, (0.0, np.inf))[1] for cell in cells])
        rows = [
            (n, at[c], f) for n, (terms, _) in enumerate(self.equations) for c, f in terms.items()
        ]
        r, c, f = (np.array(column) for column in zip(*rows, strict=True))
        matrix = csr_matrix(
            (f, (r.astype(int), c.astype(int))), shape=(len(self.equations), len(cells))
        )
        right = np.array([number for _, number in self.equations])
        open_ = np.flatnonzero(high - low > 1e-9)
        right = right - matrix @ np.where(high - low > 1e-9, 0.0, low)
        matrix = matrix[:, open_]
        _, labels = connected_components(bmat([[None, matrix], [matrix.T, None]]), directed=False)
        parts = labels[matrix.shape[0] :]
        found = {}
        for cell in wanted:
            place = np.searchsorted(open_, at[cell])
            if place == len(open_) or open_[place] != at[cell]:
                found[cell] = (low[at[cell]], high[at[cell]])
                continue
            members = np.flatnonzero(parts == parts[place])
            own = matrix[:, members]
            used = np.diff(own.tocsr().indptr) > 0
            found[cell] = _interval(
                own[used], right[used], low[open_[members]], high[open_[members]],
                int(np.searchsorted(members, place)),
            )  # fmt: skip
        return found


def _interval(matrix, right, low, high, at):
    """Return the least and the most that one count can be; slack for figures told with noise."""
    room = 1e-7 * np.maximum(1.0, np.abs(right))
    both = {
        "A_ub": bmat([[matrix], [-matrix]]),
        "b_ub": np.concatenate([right + room, room - right]),
    }
    ends = []
    for sign in (1, -1):
        cost = np.zeros(matrix.shape[1])
        cost[at] = sign
        found = linprog(cost, bounds=list(zip(low, high, strict=True)), method="highs", **both)
        assert found.status in {0, 3}, (
            "what is told contradicts itself, so the attack proves nothing"
        )
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


def read_wide(path):
    """Return area code -> layer -> number, from a table in any format."""
    if path.suffix == ".geojson":
        rows = [item["properties"] for item in json.loads(path.read_text("utf-8"))["features"]]
    elif path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            table = base.execute("select table_name from gpkg_contents").fetchone()[0]
            cursor = base.execute(f'select * from "{table}"')
            names = [item[0] for item in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
    elif path.suffix == ".parquet":
        rows = pd.read_parquet(path).to_dict("records")
    else:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    found = {}
    for row in rows:
        numbers = {
            name: float(v) for name, v in row.items() if isinstance(v, (int, float)) and v <= np.inf
        }
        found[str(row.get("area_code"))] = numbers
    return found


# --- a place made to be nasty: 12 wards in three boroughs, most counts small ---

WARDS = [f"E0599{number:04d}" for number in range(1, 13)]
BOROUGHS = {code: f"E0999000{1 + at // 4}" for at, code in enumerate(WARDS)}
COUNT = """\
title: {title}
unit: people
polarity: neutral
statistic: sum
source: {{loader: table, file: data/{file}.csv}}
value: {column}
period: {period}
disclosure: {{counts: people{rule}}}
publisher: Nowhere
licence: CC0-1.0
"""


def count(column, period=2021, file="wards", rule="", more=""):
    made = COUNT.format(title=column, column=column, period=period, file=file, rule=rule)
    return made + more


def rate(column, below, more="", per=100):
    own = f"value: {{numerator: {column}, denominator: {below}, per: {per}}}\n"
    return count(column, more=more).replace(f"value: {column}\n", own)


def nasty_table(seed):
    """Counts by ward, small and smaller: parts of a total, a share, counts of three years."""
    chance = np.random.default_rng(seed)
    table = pd.DataFrame({"WD25CD": WARDS})
    table["young"], table["old"] = chance.poisson(30, 12), chance.poisson(25, 12)
    table.loc[3, ["young", "old"]] = [2, 1]  # a ward of three people
    table["people"] = table["young"] + table["old"]
    table["one"], table["two"] = chance.poisson(4, 12), chance.poisson(7, 12)
    table["three"] = chance.poisson(12, 12)
    table["homes"] = table[["one", "two", "three"]].sum(axis=1)
    table["claims"] = np.minimum(chance.poisson(5, 12), table["people"])
    table.loc[7, "claims"] = table.loc[7, "people"] - 2  # all but two of the ward
    table["ill_2021"] = chance.poisson(6, 12)
    table["ill_2022"] = table["ill_2021"] + chance.poisson(3, 12)
    table["ill_2023"] = table["ill_2022"] + chance.poisson(8, 12)
    table["rare"] = [0, 0, 0, 4, 0, 0, 9, 0, 0, 0, 0, 60]
    table["pay"] = chance.uniform(10, 40, 12).round(3)
    table["visits"] = chance.poisson(6, 12)
    return table


LAYERS = {
    "people": count("people"),
    "young": count("young", more="part_of: people\n"),
    "old": count("old", more="part_of: people\n"),
    "homes": count("homes").replace("counts: people", "counts: things"),
    "one": count("one", more="part_of: homes\n"),
    "two": count("two", more="part_of: homes\n"),
    "three": count("three", more="part_of: homes\n"),
    "claims": count("claims"),
    "claims_rate": rate("claims", "people", "limits: {low: 0, high: 100}\n"),
    "claims_made": rate("claims", "people", "limits: {low: 0, high: 100}\n").split("source:")[0]
    + "value: {numerator: claims, denominator: homes, per: 1}\npublisher: N\nlicence: CC0-1.0\n",
    "ill": count('"ill_{period}"', "[2021, 2022, 2023]", rule=", cumulative: true"),
    "rare": count("rare"),
    "visits": count("visits", rule=", rounding: 5"),
    "pay": count("pay").replace("statistic: sum", "statistic: mean\nweighted_by: people"),
    "cases": count("cases", file="small").replace("wards", "small"),
}
KNOWN = {
    "parts": [("people", "young", "old"), ("homes", "one", "two", "three")],
    "same": [("claims", "claims_rate")],
    "shares": [("claims", "people"), ("claims_rate", "people")],
    "growing": [("ill", "2021", "2022"), ("ill", "2022", "2023")],
    "revised": [("homes", WARDS[5]), ("three", WARDS[5])],
}


def write_nasty(folder, seed):
    """Write the place: wards in a row of squares, small areas across their borders."""
    import geopandas as gpd
    from shapely.geometry import box

    folder.joinpath("data").mkdir(parents=True)
    folder.joinpath("layers").mkdir()
    x = 540_000 + 1000 * np.arange(12)
    outlines = {
        "wards": (WARDS, [box(at, 180_000, at + 1000, 181_000) for at in x], "WD25"),
        "boroughs": (
            sorted(set(BOROUGHS.values())),
            [box(at, 180_000, at + 4000, 181_000) for at in x[::4]],
            "LAD25",
        ),
        "small": (
            [f"E0199{n:04d}" for n in range(1, 9)],
            [box(at, 180_000, at + 1500, 181_000) for at in 540_000 + 1500 * np.arange(8)],
            "LSOA21",
        ),
    }
    for name, (codes, shapes, short) in outlines.items():
        frame = {f"{short}CD": codes, f"{short}NM": [f"{name} {code[-2:]}" for code in codes]}
        gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:27700").to_file(
            folder / f"data/{name}.gpkg", driver="GPKG"
        )
    (folder / "place.yaml").write_text(
        "name: Nasty\nfictional: true\ngeography: wd25\nboundaries:\n  wd25: data/wards.gpkg\n"
        "  lad25: data/boroughs.gpkg\n  lsoa21: data/small.gpkg\nlarger: [lad25]\n"
        "lookups:\n  - {from: lsoa21, to: wd25, by: area}\npublisher: N\n"
        "disclosure: {threshold: 5}\n"
    )
    table = nasty_table(seed)
    table.to_csv(folder / "data/wards.csv", index=False)
    small = np.random.default_rng(seed).poisson(9, 8)
    rows = [f"E0199{n:04d},{count_}" for n, count_ in enumerate(small, 1)]
    (folder / "data/small.csv").write_text("lsoa21_code,cases\n" + "\n".join(rows) + "\n")
    for name, text in LAYERS.items():
        (folder / f"layers/{name}.yaml").write_text(text)
    return table


def attack(snapshots, folder, **known):
    """Return an attacker who has everything that the versions of a place tell."""
    attacker = Attacker(**known)
    for snapshot in snapshots:
        attacker.read(snapshot)
    newest = snapshots[-1]
    for level, ending in itertools.product(newest.levels, ("csv", "geojson", "gpkg", "parquet")):
        path = folder / f"{level}.{ending}"
        write_table(newest.level(level), list(newest.layers), path)
        attacker.wide(newest.level(level), path)
    for before, after in itertools.pairwise(snapshots):
        attacker.differ(before, after)
    attacker.infer()
    return attacker


def narrow(attacker, width, more=()):
    """Return the hidden counts, and `more`, whose interval is less wide than it must be."""
    wanted = {cell for cell in attacker.hidden if cell in attacker.everything()} | set(more)
    found = attacker.intervals(sorted(wanted, key=str))
    return {cell: ends for cell, ends in found.items() if ends[1] - ends[0] < width * (1 - 1e-5)}


@pytest.fixture(scope="module", params=[1])
def nasty(request, tmp_path_factory):
    """The place built twice: between the two, one ward's homes change."""
    folder = tmp_path_factory.mktemp("nasty") / "place"
    table = write_nasty(folder, request.param)
    place = Place.open(folder)
    place.build()
    changed = table.copy()
    changed.loc[5, ["three", "homes"]] += 9
    changed.to_csv(folder / "data/wards.csv", index=False)
    place.build()
    versions = sorted(path.name for path in place.store.glob("v0*"))
    assert len(versions) == 2
    snapshots = [open_snapshot(place.store, name) for name in versions]
    attacker = attack(snapshots, folder, **KNOWN)
    return table, snapshots, attacker


def test_no_small_count_is_shown_anywhere(nasty):
    table, snapshots, _ = nasty
    for snapshot, name in itertools.product(
        snapshots, ("people", "young", "one", "two", "claims", "rare")
    ):
        shown = snapshot.table(name)
        true = table.set_index("WD25CD")[name]
        few = true.index[(true > 0) & (true < 5)]
        assert (shown.loc[few, "status"] == "suppressed").all()
        numbers = shown.loc[few, ["value", "numerator", "n", "weight", "standard_error", "rank"]]
        assert numbers.isna().all(axis=None)


def test_everything_together_leaves_every_hidden_count_five_wide(nasty):
    table, _, attacker = nasty
    assert len(attacker.hidden) > 40
    people, claims = table.set_index("WD25CD")["people"], table.set_index("WD25CD")["claims"]
    rest = people - claims
    few = [("people but claims", "2021", code) for code in rest.index[(rest > 0) & (rest < 5)]]
    assert few
    assert narrow(attacker, 5, few) == {}


def test_the_attack_works_where_one_more_figure_is_told(nasty):
    """The attacker is able: told the count that protects another, it finds that one exactly."""
    table, _, told = nasty
    attacker = copy.deepcopy(told)
    rare = table.set_index("WD25CD")["rare"]
    away = sorted(cell for cell in attacker.hidden if cell[0] == "rare")
    assert len(away) >= 2
    for cell in away[1:]:
        attacker.learn(cell, float(rare[cell[2]]))
    low, high = attacker.intervals([away[0]])[away[0]]
    assert low == pytest.approx(rare[away[0][2]], abs=1e-3)
    assert high == pytest.approx(rare[away[0][2]], abs=1e-3)


def test_totals_of_boroughs_and_of_the_place_stay_told_where_they_can(nasty):
    _, snapshots, _ = nasty
    larger = snapshots[-1].level("lad25")
    shown = [int((larger.table(name)["status"] == "ok").sum()) for name in LAYERS]
    assert sum(shown) > len(LAYERS)
    assert all(record.summary()["place"] is not None for record in snapshots[-1].layers.values())


def test_the_ledger_does_not_tell_few_people_of_a_confidential_table_in_a_thin_ward(tmp_path):
    import geopandas as gpd
    from shapely.geometry import box

    attack_on = tmp_path / "thin"
    write_nasty(attack_on, 1)
    for path in attack_on.glob("layers/*.yaml"):
        if path.stem != "cases":
            path.unlink()
    codes = [f"E0199{n:04d}" for n in range(1, 19)]
    starts = 540_000 + 700 * np.arange(18)
    gpd.GeoDataFrame(
        {"LSOA21CD": codes, "LSOA21NM": codes},
        geometry=[box(at, 180_000, at + 700, 181_000) for at in starts], crs="EPSG:27700",
    ).to_file(attack_on / "data/small.gpkg", driver="GPKG")  # fmt: skip
    # the first 70 % of the first ward is not in the table; 3 of the next area's 7 are in the rest
    rows = [f"{code},{7 if at == 1 else 70}" for at, code in enumerate(codes) if at]
    (attack_on / "data/small.csv").write_text("lsoa21_code,cases\n" + "\n".join(rows) + "\n")
    layer = attack_on / "layers/cases.yaml"
    told = layer.read_text("utf-8")
    layer.write_text(told.replace("counts: people", "counts: people, rows: hidden"), "utf-8")
    with pytest.raises(DataError, match="too thinly observed"):
        Place.open(attack_on).build()
    layer.write_text(told, "utf-8")
    place = Place.open(attack_on)
    place.build()
    (period,) = account_of(place.snapshot, "cases").document["periods"]
    assert period["not_shown"] == pytest.approx(3)  # as the trace of its row tells too
    assert [row["value"] for row in place.snapshot.trace("cases", WARDS[0]).rows] == [7]


# --- the sample place and a real one, with a threshold so high that much is hidden ---

SAMPLE = [
    "child_poverty", "children", "fuel_poverty", "hate_crime", "households", "language_barrier",
    "no_car", "older_people", "older_share", "population", "population_oa",
]  # fmt: skip


HATE = "Hate crime offences - 2024"
REAL = [
    "population", "aged_16_to_24", "aged_65_and_over", "under_16", "child_poverty", "children_2021",
    "older_poverty", "older_people_2015", "robbery", "burglary_by_year", "population_2020",
]  # fmt: skip


def strict_place(folder, origin, layers, data_roots, threshold):
    """Open a copy of a place with some of its layers and another threshold."""
    shutil.copytree(origin / "layers", folder / "layers")
    for path in (folder / "layers").glob("*.yaml"):
        if path.stem not in layers:
            path.unlink()
            continue
        years = re.sub(r"period: \[2011, .*", "period: [2018, 2019, 2020]", path.read_text("utf-8"))
        path.write_text(years, "utf-8")
    said = YAML(typ="safe").load((origin / "place.yaml").read_text("utf-8"))
    said = {key: value for key, value in said.items() if key not in {"peers", "scorecard"}}
    said["disclosure"] = {"threshold": threshold}
    (folder / "place.yaml").write_text(json.dumps(said), "utf-8")  # JSON is YAML
    place = Place.open(folder, data_roots=data_roots)
    place.build()
    return place


def blanks(path, column):
    """Return the codes whose figure the publisher's own table leaves out."""
    table = pd.read_csv(path, dtype=str, skiprows=3, encoding="cp1252")
    away = ~table[column].fillna("").str.fullmatch(r"[\d.]+")
    return set(table.loc[away, "New code"].dropna())


def test_the_sample_place_with_much_hidden_gives_nothing_away(repository, tmp_path):
    place = strict_place(
        tmp_path / "strict", repository, SAMPLE, {"data": repository / "data"}, 100
    )
    shares = [
        ("older_people", "population"),
        ("child_poverty", "children"),
        ("no_car", "households"),
    ]
    told = blanks(
        repository / "data/indicators/ward_profiles_2025.csv", "Hate crime offences - 2024"
    )
    withheld = [("hate_crime", code) for code in told]
    attacker = attack([place.snapshot], tmp_path, shares=shares, withheld=withheld)
    assert len(attacker.hidden) > 30
    assert narrow(attacker, 100) == {}


@pytest.mark.real
def test_barking_and_dagenham_with_much_hidden_gives_nothing_away(repository, real_data, tmp_path):
    origin = repository / "tests/real/places/barking_and_dagenham"
    place = strict_place(tmp_path / "strict", origin, REAL, {"real": real_data}, 100)
    shares = [("under_16", "population"), ("aged_65_and_over", "population")]
    attacker = attack([place.snapshot], tmp_path, shares=shares)
    assert len(attacker.hidden) > 30
    assert narrow(attacker, 100) == {}
