"""Bins and parking bays over LoRaWAN, as The Things Stack v3 delivers uplinks: JSON lines.

The stack leaves out every field that is zero, false or empty: a bin that was just emptied has no
``fill_percent``, a bay that is free has no ``occupied``, a device's first frame has no ``f_cnt``.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from placedata.sample.chance import stream
from placedata.sample.tables import write_csv, write_text
from placedata.sample.town import Town

BINS, BIN_DAYS, BIN_FROM = 12, 56, dt.datetime(2024, 9, 1, tzinfo=dt.UTC)
BAYS, BAY_DAYS, BAY_FROM = 24, 14, dt.datetime(2024, 10, 21, tzinfo=dt.UTC)
#: The bin whose device falls silent, and from which day on.
DEAD_BIN, DEAD_FROM = "bin-07", 30
#: Share of frames that come twice, and that come late.
_TWICE, _LATE = 0.015, 0.01

Frame = tuple[dt.datetime, dict[str, Any], bytes]


def write_lorawan(data: Path, town: Town) -> None:
    """Write the places of bins and bays, and their uplinks in the order that they came in."""
    near = np.hypot(*(town.ground.local - np.array([2800.0, 2000.0])).T)
    blocks = np.argsort(np.round(near, 3), kind="stable")
    things = [f"bin-{n + 1:02d}" for n in range(BINS)] + [f"bay-{n + 1:02d}" for n in range(BAYS)]
    rows = []
    for n, thing in enumerate(things):
        ring = town.ground.blocks[int(blocks[n * 2])].exterior
        x, y = np.round(ring.interpolate(0.3 + 0.01 * n, normalized=True).coords[0])
        rows.append((thing, thing[:3], _eui(n), int(x), int(y)))
    header = ["thing", "kind", "dev_eui", "easting", "northing"]
    write_csv(data / "lorawan/things.csv", header, rows)
    bins = [(thing, n, _bin(town.seed, thing)) for n, thing in enumerate(things[:BINS])]
    bays = [(thing, BINS + n, _bay(town.seed, thing)) for n, thing in enumerate(things[BINS:])]
    for name, parts in (("bins_2024-09", bins), ("parking_2024-10", bays)):
        rng = stream(town.seed, f"delivery {name}")
        write_text(data / f"lorawan/{name}.jsonl.gz", _delivered(parts, rng))


def _eui(number: int) -> str:
    return f"99AE0000000000{number + 1:02X}"


def _bin(seed: int, thing: str) -> list[Frame]:
    """Return the frames of a bin: every six hours; emptied when full enough, or now and then."""
    rng = stream(seed, f"lorawan {thing}")
    fill, speed = float(rng.uniform(0, 60)), float(rng.uniform(1.5, 6))
    frames: list[Frame] = []
    for step in range(BIN_DAYS * 4):
        when = BIN_FROM + dt.timedelta(hours=6 * step, seconds=int(rng.integers(0, 50)))
        fill += speed * float(rng.uniform(0.2, 1.8))
        if step % 4 == 1 and fill > 55:
            fill = 0.0
        if thing == DEAD_BIN and step >= DEAD_FROM * 4:
            break
        percent = min(100, int(fill))
        tenths = int(np.round(95 - 1.4 * step / 4 + 45 * np.sin(step * np.pi / 2), 6)) // 5 * 5
        tilt = step % 97 == 60
        battery = round(3.6 - 0.001 * step, 1)
        decoded = {
            "fill_percent": percent, "temperature": tenths / 10, "battery": battery, "tilt": tilt,
        }  # fmt: skip
        raw = struct.pack(">BhBB", percent, tenths, round(battery * 10), tilt)
        frames.append((when, decoded, raw))
    return frames


def _bay(seed: int, thing: str) -> list[Frame]:
    """Return the frames of a bay: one when a car comes or goes, one at six each morning."""
    rng = stream(seed, f"lorawan {thing}")
    busy = float(rng.uniform(0.5, 1.6))
    frames: list[Frame] = []
    for day in range(BAY_DAYS):
        start = BAY_FROM + dt.timedelta(days=day)
        changes = [(start + dt.timedelta(hours=6), False)]
        clock = 7 * 60 + float(rng.exponential(60 / busy))
        while clock < 19 * 60:
            stay = 10 + float(rng.gamma(2.0, 35))
            changes.append((start + dt.timedelta(minutes=int(clock)), True))
            changes.append((start + dt.timedelta(minutes=int(clock + stay)), False))
            clock += stay + 2 + float(rng.exponential(60 / busy))
        for when, occupied in changes:
            decoded = {"occupied": occupied, "battery": 100 - day}
            frames.append((when, decoded, struct.pack(">BB", occupied, 100 - day)))
    return frames


def _delivered(parts: list[tuple[str, int, list[Frame]]], rng: np.random.Generator) -> str:
    """Return uplinks as JSON lines in order of arrival: some come twice, some late."""
    lines: list[tuple[dt.datetime, str]] = []
    for thing, number, frames in parts:
        for count, (when, decoded, raw) in enumerate(frames):
            chance = rng.uniform(0, 1, 2)
            came = when + dt.timedelta(hours=9) if chance[1] < _LATE else when
            message = _uplink((thing, number), when, count, (decoded, raw))
            line = json.dumps(message, separators=(",", ":"))
            lines.append((came, line))
            if chance[0] < _TWICE:
                lines.append((came + dt.timedelta(seconds=1), line))
    lines.sort(key=lambda item: (item[0], item[1]))
    return "\n".join(line for _, line in lines) + "\n"


def _uplink(
    thing: tuple[str, int], when: dt.datetime, count: int, content: tuple[dict[str, Any], bytes]
) -> dict[str, Any]:
    """Return one uplink message, without the fields that are zero, false or empty."""
    (name, number), (decoded, raw) = thing, content
    stamp = when.strftime("%Y-%m-%dT%H:%M:%S.000000000Z")
    gateway = {"gateway_ids": {"gateway_id": "aldermarsh-town-hall"}, "time": stamp,
               "rssi": -70 - (count + number) % 40, "snr": 8.5}  # fmt: skip
    message = {
        "session_key_id": base64.b64encode(f"aldermarsh-{number:04d}".encode()).decode(),
        "f_cnt": count,
        "f_port": 85,
        "frm_payload": base64.b64encode(raw).decode(),
        "decoded_payload": {key: value for key, value in decoded.items() if value},
        "rx_metadata": [gateway],
        "received_at": stamp,
    }
    return {
        "end_device_ids": {
            "device_id": name,
            "application_ids": {"application_id": "aldermarsh-streets"},
            "dev_eui": _eui(number),
            "dev_addr": f"27AE{number + 1:04X}",
        },
        "received_at": stamp,
        "uplink_message": {key: value for key, value in message.items() if value},
    }
