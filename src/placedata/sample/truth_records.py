"""Known answers about records and sensors, the slow way, with nothing of placedata.

Plain loops over the files as they were written: certificates, requests, counters, footfall and
uplinks.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

Row = Mapping[str, str]


def latest_certificates(rows: Iterable[Row]) -> list[Row]:
    """Return the last certificate of each home: one address with its postcode is one home."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda one: one["lodgement_date"]):
        words = " ".join(re.findall("[a-z0-9]+", row["address1"].lower()))
        last[f"{words} {bare(row['postcode'])}"] = row
    return list(last.values())


def bare(postcode: str) -> str:
    """Return a postcode in capitals without spaces."""
    return "".join(postcode.split()).upper()


def rated(
    rows: Iterable[Row], by_uprn: Mapping[str, str], by_postcode: Mapping[str, str], good: str
) -> dict[str, float]:
    """Return by ward the percentage of homes whose last certificate is one of the bands `good`."""
    bands: dict[str, list[bool]] = defaultdict(list)
    for row in latest_certificates(rows):
        ward = by_uprn[row["uprn"]] if row["uprn"] else by_postcode[bare(row["postcode"])]
        if row["current_energy_rating"] in set("ABCDEFG"):
            bands[ward].append(row["current_energy_rating"] in good)
    return {ward: 100 * sum(those) / len(those) for ward, those in sorted(bands.items())}


def requests_by_ward(
    rows: Iterable[Row], service: str, by_postcode: Mapping[str, str], wards: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return year -> ward -> requests for a service; a reference counts once."""
    seen: set[str] = set()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        name = row["Service"].strip().lower().replace(" ", "-")
        ward = by_postcode.get(bare(row["Postcode"]))
        if name == service and ward and row["Reference"] not in seen:
            seen.add(row["Reference"])
            found[row["Year"]][ward] += 1
    return {year: {ward: found[year][ward] for ward in wards} for year in sorted(found)}


def request_faults(rows: Sequence[Row], known: Collection[str]) -> dict[str, int]:
    """Return how many requests have no postcode, an unknown one, or come twice."""
    facts = [(row["Service"], row["Address"], row["Received"], row["Postcode"]) for row in rows]
    repeated = len(rows) - len({row["Reference"] for row in rows})
    codes = [bare(row["Postcode"]) for row in rows]
    return {
        "rows": len(rows),
        "repeated_references": repeated,
        "same_request_under_two_references": len(rows) - len(set(facts)) - repeated,
        "no_postcode": codes.count(""),
        "unknown_postcode": sum(bool(code) and code not in known for code in codes),
    }


def difference_in_differences(
    rows: Iterable[Row],
    treated: Collection[str],
    months: tuple[tuple[str, str], tuple[str, str]],
    most: float,
) -> float:
    """Return the change past treated counters over that past the others, percent.

    Parameters
    ----------
    rows
        One a counter and day; days without figures, or over `most` times the counter's middle
        day, are left out.
    treated
        Counters in the scheme.
    months
        First and last day before, first and last day after.
    most
        What is no traffic but a fault, in middle days.
    """
    days: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["motor_vehicles"] and float(row["uptime"]) >= 0.5:
            days[row["counter_id"]][row["date"]] = float(row["motor_vehicles"])
    changes: dict[bool, list[float]] = {True: [], False: []}
    for counter, counts in days.items():
        middle = sorted(counts.values())[len(counts) // 2]
        means = []
        for first, last in months:
            values = [v for d, v in counts.items() if first <= d <= last and v < most * middle]
            means.append(sum(values) / len(values))
        changes[counter in treated].append(math.log(means[1] / means[0]))
    both = {key: sum(values) / len(values) for key, values in changes.items()}
    return 100 * (math.exp(both[True] - both[False]) - 1)


def footfall(lines: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return by counter: people by year as listed, hours listed and blank, greatest hour."""
    rows = list(csv.reader(lines))
    facts: dict[str, dict[str, float]] = {}
    for column, name in enumerate(rows[0][2:], start=2):
        listed = [(row[0][-4:], row[column]) for row in rows[1:]]
        counts = [(year, int(cell)) for year, cell in listed if cell]
        years = sorted({year for year, _ in listed})
        facts[name] = {year: sum(n for y, n in counts if y == year) for year in years}
        facts[name] |= {
            "hours": len(listed), "blank_hours": len(listed) - len(counts),
            "greatest_hour": max(n for _, n in counts),
        }  # fmt: skip
    return facts


def uplinks(lines: Iterable[str]) -> tuple[dict[str, dict[int, tuple[str, Row]]], int, int]:
    """Return frames by device and frame count, and how many lines came twice and out of order.

    A field that is left out is zero or false, never missing.
    """
    frames: dict[str, dict[int, tuple[str, Row]]] = defaultdict(dict)
    twice = late = 0
    for line in lines:
        message = json.loads(line)
        device = message["end_device_ids"]["device_id"]
        uplink = message["uplink_message"]
        count = uplink.get("f_cnt", 0)
        if count in frames[device]:
            twice += 1
            continue
        late += bool(frames[device]) and count < max(frames[device])
        frames[device][count] = (message["received_at"], uplink.get("decoded_payload", {}))
    return dict(frames), twice, late


def bins(frames: Mapping[str, Mapping[int, tuple[str, Row]]]) -> dict[str, dict[str, object]]:
    """Return by bin: frames, how often it was emptied, and what it last said."""
    facts: dict[str, dict[str, object]] = {}
    for device, those in sorted(frames.items()):
        fills = [int(those[count][1].get("fill_percent", 0)) for count in sorted(those)]
        emptied = sum(b < a - 20 for a, b in pairwise(fills))
        facts[device] = {
            "frames": len(fills), "emptied": emptied, "last_fill_percent": fills[-1],
            "last_heard": those[max(those)][0][:19] + "Z",
        }  # fmt: skip
    return facts


def bays(frames: Mapping[str, Mapping[int, tuple[str, Row]]]) -> dict[str, dict[str, int]]:
    """Return by bay: frames, cars that came, and minutes that it was taken."""
    facts: dict[str, dict[str, int]] = {}
    for device, those in sorted(frames.items()):
        came, minutes, since = 0, 0, None
        for count in sorted(those):
            stamp, payload = those[count]
            at = _minute(stamp)
            if payload.get("occupied", False) and since is None:
                came, since = came + 1, at
            elif not payload.get("occupied", False) and since is not None:
                minutes, since = minutes + at - since, None
        facts[device] = {"frames": len(those), "cars": came, "minutes_taken": minutes}
    return facts


def _minute(stamp: str) -> int:
    """Return the minutes since the first of October of a time in October or November 2024."""
    month, day, hour, minute = (int(stamp[a : a + 2]) for a in (5, 8, 11, 14))
    return ((month - 10) * 31 + day - 1) * 1440 + hour * 60 + minute
