"""Postcodes and services of the sample place: Code-Point Open, NHS, schools and library forms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.chance import stream
from placedata.sample.ground import ORIGIN
from placedata.sample.tables import to_degrees, write_csv, write_geojson
from placedata.sample.town import Town

_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_SCHOOL_TITLES = {
    "Primary": "Primary School", "Secondary": "School", "16 plus": "Sixth Form College",
}  # fmt: skip
_NHS = ("E19000099", "E18000099")


@dataclass(frozen=True)
class Postcodes:
    """The located postcodes of the place, in alphabetical order.

    Parameters
    ----------
    codes
        Postcodes with one space ("AM1 1AA").
    xy
        Where they are, EPSG:27700, whole metres, shape (postcodes, 2).
    block
        The block that each lies in, shape (postcodes,).
    quality
        Positional quality of Code-Point Open (10 best), shape (postcodes,).
    of_run
        Number of the postcode here of each run of homes (`People.postcode`), shape (postcodes,).
    """

    codes: tuple[str, ...]
    xy: NDArray[np.float64]
    block: NDArray[np.int64]
    quality: NDArray[np.int64]
    of_run: NDArray[np.int64]

    def nearest(self, point: NDArray[np.float64]) -> int:
        """Return the number of the postcode nearest to a point (x, y), EPSG:27700."""
        return int(np.argmin(np.hypot(*(self.xy - point).T)))


def make_postcodes(town: Town) -> Postcodes:
    """Return one postcode a run of homes, at its middle home."""
    people = town.people
    count = int(people.postcode.max()) + 1
    first = np.searchsorted(people.postcode, np.arange(count))
    last = np.searchsorted(people.postcode, np.arange(count), side="right")
    middle = (first + last) // 2
    block = people.block[middle]
    district = _district(town.ground.local)[block]
    order = np.lexsort((np.arange(count), block, town.areas.lsoa21[block], district))
    codes, seen = [], dict.fromkeys(range(1, 10), 0)
    for number in district[order].tolist():
        unit = seen[number]
        seen[number] += 1
        codes.append(_postcode(number, unit))
    rng = stream(town.seed, "postcodes")
    quality = np.where(rng.uniform(0, 1, count) < 0.012, rng.choice([20, 30, 50], count), 10)
    place = people.xy[middle][order]
    return Postcodes(tuple(codes), place, block[order], quality, np.argsort(order))


def _district(local: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the postcode district (1 to 6) of local points (n, 2)."""
    hubs = np.array(
        [(2700, 1700), (4400, 1700), (1300, 2600), (4700, 3800), (1800, 5000), (3700, 5400)]
    )
    gap = np.hypot(local[:, None, 0] - hubs[:, 0], local[:, None, 1] - hubs[:, 1])
    return np.asarray(np.argmin(gap, axis=1) + 1, dtype=np.int64)


def _postcode(district: int, unit: int) -> str:
    letters = len(_UNIT_LETTERS)
    sector, rest = 1 + unit // 130, unit % 130 * 3 % (letters * letters)
    return f"AM{district} {sector}{_UNIT_LETTERS[rest // letters]}{_UNIT_LETTERS[rest % letters]}"


def write_codepoint(data: Path, town: Town, postcodes: Postcodes) -> None:
    """Write the postcodes as Code-Point Open: no header row, a few rows without a place."""
    rows: list[tuple[Any, ...]] = []
    for n, code in enumerate(postcodes.codes):
        x, y = (int(value) for value in postcodes.xy[n])
        ward = names.ward_code(int(town.areas.ward[postcodes.block[n]]))
        rows.append(
            (code, int(postcodes.quality[n]), x, y, "E92000001", *_NHS, "", names.PLACE_CODE, ward)
        )
    # Known postcodes that have no location.
    units = ("AA", "AB", "DT", "GX", "PS", "WZ")
    rows.extend((f"AM9 9{unit}", 90, 0, 0, "", "", "", "", "", "") for unit in units)
    write_csv(data / "addresses/codepoint_open_2025-11.csv", None, rows, quote=True)


def spread(
    town: Town, topic: str, count: int, weight: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return `count` places (x, y) at homes, spread over the blocks by `weight`, far apart.

    Each place is the best of twenty drawn: the one farthest from those already chosen.
    """
    rng = stream(town.seed, topic)
    chance = weight / weight.sum()
    chosen: list[NDArray[np.float64]] = []
    for _ in range(count):
        blocks = rng.choice(len(weight), size=20, p=chance)
        points = town.ground.centre[blocks]
        gaps = [min((float(np.hypot(*(p - c))) for c in chosen), default=0.0) for p in points]
        chosen.append(np.round(points[int(np.argmax(np.round(gaps, 3)))]))
    return chosen


def write_surgeries(data: Path, town: Town, postcodes: Postcodes) -> None:
    """Write GP practices as the NHS file epraccur: no header row, closed ones among them."""
    weight = town.persons * np.clip(1.6 - 0.55 * town.topic("health"), 0.1, None)
    places = spread(town, "surgeries", 21, weight.astype(np.float64))
    rows = []
    for n, place in enumerate(places):
        code = f"Z99{n + 1:03d}"
        closed = {4: "20190331", 13: "20210630"}.get(n, "")
        status = "C" if closed else "D" if n == 17 else "A"
        postcode = postcodes.codes[postcodes.nearest(place)] if n != 19 else "AM9 9DT"
        name = f"{names.SURGERY_WORDS[n].upper()} {'HEALTH CENTRE' if n % 3 else 'SURGERY'}"
        rows.append((
            code, name, "Y99", "QZZ", f"{n * 7 % 90 + 2} {names.street(n * 11).upper()}",
            "ALDERMARSH", "", "", "", postcode, "19740401", closed, status, "B", "99Z",
            "20130401", closed, "01632 960" + f"{n:03d}", "", "", "", "1" if closed else "0",
            "", "99Z", "", "4", "",
        ))  # fmt: skip
    rows.append((
        "Z99900", "PRISON MEDICAL CENTRE", "Y99", "QZZ", "HMP FENWICK", "ALDERMARSH", "", "", "",
        postcodes.codes[3], "20040401", "", "A", "B", "99Z", "20130401", "", "01632 960999", "",
        "", "", "0", "", "99Z", "", "9", "",
    ))  # fmt: skip
    write_csv(data / "addresses/gp_practices_epraccur.csv", None, rows, end="\r\n", quote=True)


def write_schools(data: Path, town: Town) -> None:
    """Write schools as the register of the Department for Education (GIAS)."""
    header = [
        "urn", "la_code", "la_name", "establishment_number", "establishment_name",
        "establishment_type", "establishment_type_group", "education_phase", "number_of_pupils",
        "percentage_fsm", "easting", "northing", "lsoa_code", "pcon_code", "longitude", "latitude",
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    places = spread(town, "schools", 36, town.persons.astype(np.float64))
    children = town.topic("children")
    for n, place in enumerate(places):
        phase = "Secondary" if n % 6 == 0 else "Primary"
        kind = ("Community school", "Academy converter", "Voluntary aided school")[n % 3]
        group = "Academies" if n % 3 == 1 else "Local authority maintained schools"
        if n == 34:
            phase, kind, group = "16 plus", "Further education", "Colleges"
        if n == 35:
            phase, kind = "Not applicable", "Pupil referral unit"
        block = int(np.argmin(np.hypot(*(town.ground.centre - place).T)))
        share = float(np.clip(22 + 11 * children[block], 3, 60))
        meals = "" if n in {9, 35} else f"{share:.1f}"
        pupils = 1100 - n * 7 if phase == "Secondary" else 250 + n * 37 % 380
        name = f"{names.SCHOOL_WORDS[n]} {_SCHOOL_TITLES.get(phase, 'Centre')}"
        lon, lat = to_degrees(place[None, :], 7)[0].tolist()
        code = town.areas.lsoa21_codes[int(town.areas.lsoa21[block])]
        rows.append((
            990001 + n, 999, names.PLACE, 2000 + n, name, kind, group, phase,
            "" if n == 20 else pupils, meals,
            int(place[0]), int(place[1]), code, "E14999001", lon, lat,
        ))  # fmt: skip
    write_csv(data / "addresses/schools_gias.csv", header, rows)


def write_libraries(data: Path, postcodes: Postcodes) -> None:
    """Write libraries, four of ten closed, postcodes with and without a space."""
    header = [
        "name", "id", "authority_id", "address", "postcode", "lat", "lng", "statutory2010",
        "statutory2016", "type", "closed", "closed_year", "opened_year", "replacement", "notes",
    ]  # fmt: skip
    wards = {
        "Market": "", "Dunmere": "", "Larkwood": "", "Tollgate": "", "Abbey Fields": "XL",
        "Causeway": "", "Gasworks & Lower Marsh": "XL", "Osier Holt": "XLR", "Kiln Hill": "",
        "North Fen": "XLR",
    }  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for n, (ward, closed) in enumerate(wards.items()):
        number = postcodes.nearest(np.array(names.WARDS[ward]) + np.array(ORIGIN))
        lon, lat = to_degrees(postcodes.xy[number][None, :], 7)[0].tolist()
        code = postcodes.codes[number]
        note = f"Closed {2011 + n}, replaced by Market Library" if closed else ""
        rows.append((
            f"{ward} Library" if n % 3 else ward, n + 1, 99,
            f"{n * 13 % 60 + 1} {names.street(n * 17)}, {names.PLACE}",
            code if n % 2 else code.replace(" ", ""), lat, lon, "t", "f" if closed else "t",
            "" if closed else "LAL", closed, 2011 + n if closed else "", "", "f", note,
        ))  # fmt: skip
    write_csv(data / "addresses/libraries.csv", header, rows)


def write_childcare(data: Path, town: Town, postcodes: Postcodes) -> None:
    """Write a council's hand-made list of childcare places, by postcode only, with title rows."""
    weight = town.persons * np.clip(1.5 - 0.4 * town.topic("children"), 0.1, None)
    places = spread(town, "childcare", 150, weight.astype(np.float64))
    kinds = ("Childminder", "Day nursery", "Pre-school", "Childminder")
    rows: list[tuple[Any, ...]] = [
        ("Registered childcare in Aldermarsh (fictional)", "", "", "", ""),
        ("As at 31/08/2025. Places as registered; blank where not returned", "", "", "", ""),
        ("", "", "", "", ""),
        ("Provider", "Kind", "Postcode", "Places", "Registered"),
    ]
    for n, place in enumerate(places):
        kind = kinds[n % 4]
        seats = 6 if kind == "Childminder" else 24 + n * 5 % 60
        code = postcodes.codes[postcodes.nearest(place)]
        code = {7: code.lower(), 21: code.replace(" ", ""), 40: "AM9 9GX", 50: ""}.get(n, code)
        name = f"{names.street(n * 5 + 3).split()[0]} {kind.lower()}"
        registered = f"{n % 27 + 1:02d}/0{n % 9 + 1}/20{10 + n % 15}"
        rows.append((name, kind, code, "" if n == 33 else seats, registered))
    write_csv(data / "addresses/childcare.csv", None, rows)


def write_chargepoints(data: Path, town: Town, postcodes: Postcodes) -> None:
    """Write charge points as the registry's GeoJSON: text for numbers, blanks left out, twins."""
    busy = town.persons * np.clip(1.4 - 0.5 * town.topic("income"), 0.1, None)
    places = spread(town, "chargepoints", 44, busy.astype(np.float64))
    features = []
    for n, place in enumerate([*places, *places[:6]]):
        at = postcodes.nearest(place)
        fields = {
            "chargedeviceid": f"{(n * 2654435761) % 2**32:08x}", "reference": f"ALD{n:04d}",
            "name": f"{names.street(n * 3)} car park", "town": names.PLACE,
            "postcode": postcodes.codes[at], "countrycode": "gb",
            "chargedevicestatus": "Out of service" if n % 17 == 5 else "In service",
            "paymentrequired": str(n % 2), "connector1ratedoutputkw": ("3.7", "7.0", "22.0")[n % 3],
        }  # fmt: skip
        if n % 4 == 0:
            fields["subscriptionrequireddetails"] = "Â£5 per annum for RFiD card"
        features.append((fields, shapely.Point(place)))
    write_geojson(data / "assets/chargepoints.geojson", "chargepoints", features)


def write_parks(data: Path, town: Town) -> None:
    """Write the parks as polygons, each a block without its streets."""
    features = []
    for n, block in enumerate(np.flatnonzero(town.people.park).tolist()):
        inner = town.ground.blocks[block].buffer(-9.0, join_style="mitre").simplify(3.0)
        shape = shapely.transform(inner, np.round)
        kind = ("park", "recreation_ground", "nature_reserve")[n % 3]
        features.append(({"id": n + 1, "name": f"{names.street(n * 19 + 1).split()[0]} Green",
                          "leisure": kind}, shape))  # fmt: skip
    write_geojson(data / "assets/parks.geojson", "parks", features)
