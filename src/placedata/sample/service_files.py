"""Requests to the council, as messy as they come, and the assets of the community."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from placedata.sample import names
from placedata.sample.address_files import Postcodes, spread
from placedata.sample.chance import stream
from placedata.sample.tables import write_csv, write_geojson
from placedata.sample.town import Town
from placedata.sample.uprn_files import FIRST_UPRN

REQUESTS = 3_000
#: The ward with the most assets for its people, and a low score: it sleeps.
SLEEPING = "Cockle Row & Harbour"
ASSETS, ASSETS_ASLEEP = 110, 46

_SERVICES = ("Fly-tipping", "Missed bin", "Pothole", "Noise", "Street light", "Damp and mould")
_SPELT = {"Fly-tipping": ("Fly-tipping", "fly-tipping", "Fly tipping ", "FLY-TIPPING")}
_SHORT = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Gardens": "Gdns", "Lane": "Ln"}
_KINDS = (
    "community hall", "workshop", "market hall", "listed warehouse", "boatyard", "allotments",
    "place of worship", "sports ground",
)  # fmt: skip


def write_requests(data: Path, town: Town, postcodes: Postcodes) -> dict[str, int]:
    """Write requests for service: bad postcodes, days first, repeats, cells that begin with "=".

    Returns
    -------
    Reference -> UPRN of the home that each request was really about, for every tenth.
    """
    rng = stream(town.seed, "requests")
    weight = np.exp(0.45 * town.topic("environment"))[town.people.block]
    homes = rng.choice(len(weight), REQUESTS, p=weight / weight.sum())
    block = town.people.block
    first = np.searchsorted(block, np.arange(len(town.ground.blocks)))
    rows: list[list[Any]] = []
    labels: dict[str, int] = {}
    for n, home in enumerate(homes.tolist()):
        day = dt.date(2022, 1, 1) + dt.timedelta(days=int(rng.integers(0, 1096)))
        service = _SERVICES[int(rng.choice(6, p=[0.34, 0.24, 0.16, 0.11, 0.09, 0.06]))]
        number = 1 + home - int(first[block[home]])
        code = postcodes.codes[int(postcodes.of_run[town.people.postcode[home]])]
        reference = f"SR{100001 + n}"
        spellings = _SPELT.get(service, (service,))
        rows.append([
            reference, _day(day, n), spellings[n % len(spellings) if n % 5 == 0 else 0],
            _address(number, names.street(int(block[home])), n), _postcode(code, n),
            "Closed" if n % 7 else "Open", day.year, "",
        ])  # fmt: skip
        if n % 10 == 4:
            labels[reference] = FIRST_UPRN + home
    rows[41][7] = '=HYPERLINK("#")'  # a spreadsheet would run this
    rows[42][7] = "@resident asked to be called back"
    rows.sort(key=lambda row: (row[6], row[0]))
    again = [list(row) for row in rows[::51]]  # sent twice under one reference
    twins = [[f"SR{900001 + n}", *row[1:]] for n, row in enumerate(rows[17::149])]
    header = [
        "Reference", "Received", "Service", "Address", "Postcode", "Status", "Year", "Notes",
    ]  # fmt: skip
    path = data / "services/service_requests_2022-2024.csv"
    write_csv(path, header, [*rows, *again, *twins], end="\r\n")
    return labels


def _day(day: dt.date, n: int) -> str:
    """Return a date with its day first, in one of the ways that people write it."""
    if n % 9 == 2:
        return f"{day.day}/{day.month}/{day.year}"
    if n % 9 == 5:
        return day.strftime("%d-%m-%y")
    return day.strftime("%d/%m/%Y")


def _address(number: int, street: str, n: int) -> str:
    word, kind = street.rsplit(" ", 1)
    forms = (
        f"{number} {street}", f"{number} {street}, {names.PLACE}",
        f"{number}, {word} {_SHORT.get(kind, kind)}", f"{number} {street}".upper(),
        f"{word} {_SHORT.get(kind, kind)} {number}", f"  {number}  {street.lower()}",
    )  # fmt: skip
    return forms[n % len(forms)]


def _postcode(code: str, n: int) -> str:
    """Return a postcode as it was typed; one in 25 is of no use."""
    if n % 25 == 13:
        return ("", "AM9 9ZZ", "n/k", code[:3], code.replace("1", "I"))[n // 25 % 5]
    forms = (code, code.replace(" ", ""), code.lower(), f" {code} ", code.replace(" ", "  "))
    return forms[n % 5] if n % 4 == 1 else code


def write_assets(data: Path, town: Town) -> None:
    """Write community assets as points; many for its people in the ward that sleeps."""
    ward = list(names.WARDS).index(SLEEPING)
    people = town.persons.astype(np.float64)
    elsewhere = people * (town.areas.ward != ward) * ~town.ground.in_strip
    asleep = people * (town.areas.ward == ward)
    places = spread(town, "assets", ASSETS, elsewhere)
    places += spread(town, "assets asleep", ASSETS_ASLEEP, asleep)
    features = []
    for n, place in enumerate(places):
        kind = _KINDS[n % len(_KINDS)]
        name = f"{names.street(n * 13 + 5).split()[0]} {kind.title()}"
        fields = {"id": f"CA{n + 1:03d}", "name": name, "kind": kind}
        features.append((fields, shapely.Point(place)))
    write_geojson(data / "assets/community_assets.geojson", "community_assets", features)
