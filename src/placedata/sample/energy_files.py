"""Energy performance certificates of the sample place, in the form of the service of 2026."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placedata.sample import names
from placedata.sample.address_files import Postcodes
from placedata.sample.chance import stream, waves
from placedata.sample.ground import density
from placedata.sample.tables import write_csv
from placedata.sample.town import Town
from placedata.sample.uprn_files import FIRST_UPRN

#: Homes that have a certificate, and how many of those have an older one too.
CERTIFIED, AGAIN = 26_500, 3_500

COLUMNS = [
    "certificate_number", "address1", "address2", "address3", "postcode", "posttown", "address",
    "constituency", "constituency_label", "local_authority", "local_authority_label", "built_form",
    "construction_age_band", "current_energy_efficiency", "current_energy_rating",
    "potential_energy_efficiency", "potential_energy_rating", "inspection_date", "lodgement_date",
    "lodgement_datetime", "main_fuel", "mainheat_description", "property_type", "roof_description",
    "tenure", "total_floor_area", "transaction_type", "walls_description", "region", "country",
    "uprn", "uprn_source",
]  # fmt: skip
_BANDS = ((92, "A"), (81, "B"), (69, "C"), (55, "D"), (39, "E"), (21, "F"), (1, "G"))
_AGES = (
    "England and Wales: before 1900", "England and Wales: 1900-1929",
    "England and Wales: 1930-1949", "England and Wales: 1967-1975",
    "England and Wales: 1996-2002", "England and Wales: 2012 onwards",
)  # fmt: skip
_WALLS = (
    "Solid brick, as built, no insulation (assumed)", "Solid brick, with external insulation",
    "Cavity wall, as built, no insulation (assumed)", "Cavity wall, filled cavity",
    "Cavity wall, as built, insulated (assumed)",
)  # fmt: skip
_FORMS = ("Mid-Terrace", "End-Terrace", "Semi-Detached", "Detached")
_TENURES = ("Owner-occupied", "Rented (social)", "Rented (private)")


def rating(efficiency: int) -> str:
    """Return the band, A to G, of an efficiency of 1 to 100 or more."""
    return next((band for least, band in _BANDS if efficiency >= least), "G")


def efficiencies(town: Town) -> NDArray[np.int64]:
    """Return the energy efficiency of every home, shape (homes,): 1 to 100."""
    rng = stream(town.seed, "efficiency")
    by_block = 66.0 - 6.0 * town.topic("housing") - 5.0 * _age(town) + 3.0
    values = by_block[town.people.block] + rng.normal(0, 9.0, len(town.people.block))
    return np.asarray(np.clip(np.round(values, 6), 1, 100), dtype=np.int64)


def _age(town: Town) -> NDArray[np.float64]:
    """Return how old the homes of each block are, about -1 (new) to 1.5 (Victorian)."""
    local = town.ground.local
    return np.asarray(0.9 * density(local) - 0.6 + 0.5 * waves(local, 41, 700.0))


def write_certificates(data: Path, town: Town, postcodes: Postcodes) -> None:
    """Write certificates: homes with two, blank UPRNs, one in 150 that could not be rated."""
    rng = stream(town.seed, "certificates")
    homes = len(town.people.block)
    chosen = np.sort(rng.choice(homes, CERTIFIED, replace=False))
    earlier = np.sort(rng.choice(chosen, AGAIN, replace=False))
    now = efficiencies(town)
    rows: list[list[Any]] = []
    addresses = _Addresses(town, postcodes)
    for home in chosen.tolist():
        day = dt.date(2016, 1, 4) + dt.timedelta(days=int(rng.integers(0, 3550)))
        rows.append(addresses.row(home, int(now[home]), day, rng.uniform(0, 1, 4)))
    for home in earlier.tolist():
        day = dt.date(2009, 2, 2) + dt.timedelta(days=int(rng.integers(0, 2400)))
        worse = max(1, int(now[home]) - int(rng.integers(3, 25)))
        rows.append(addresses.row(home, worse, day, rng.uniform(0, 1, 4)))
    rows.sort(key=lambda row: (str(row[18]), str(row[30])))
    for number, row in enumerate(rows):
        row[0] = f"9999-{number // 1000 % 10000:04d}-{number % 1000:04d}-0000-9990"
        if number % 150 == 77:
            row[13], row[14] = "", "INVALID!"
        if number % 16 == 3:
            row[30], row[31] = "", ""
    write_csv(data / "energy/domestic_certificates.csv.gz", COLUMNS, rows)


class _Addresses:
    """What is written on a certificate of a home."""

    def __init__(self, town: Town, postcodes: Postcodes) -> None:
        self.postcode = postcodes.of_run[town.people.postcode]
        self.codes = postcodes.codes
        self.block = town.people.block
        self.age = _age(town)
        self.need = town.topic("housing")
        first = np.searchsorted(self.block, np.arange(len(town.ground.blocks)))
        self.number = 1 + np.arange(len(self.block)) - first[self.block]

    def row(
        self, home: int, efficiency: int, day: dt.date, chance: NDArray[np.float64]
    ) -> list[Any]:
        """Return the cells of a certificate of a home, without its number."""
        block = int(self.block[home])
        age = float(self.age[block])
        era = int(np.clip(np.round(3.2 - 2.4 * age + 1.6 * (chance[0] - 0.5), 6), 0, 5))
        solid = era < 2
        wall = (0 if chance[1] < 0.85 else 1) if solid else 2 + int(chance[1] * 3)
        flat = chance[2] < 0.25 + 0.25 * age
        social = 0.15 + 0.12 * float(self.need[block])
        tenure = 1 if chance[3] < social else 2 if chance[3] < social + 0.22 else 0
        potential = min(100, efficiency + 6 + int(12 * chance[2]))
        line = f"{int(self.number[home])} {names.street(block)}"
        area = round(44 + 60 * float(chance[0]) - 14 * int(flat))
        return [
            "", line, "", "", self.codes[int(self.postcode[home])], names.PLACE.upper(), line,
            "E14999001", names.PLACE, names.PLACE_CODE, names.PLACE, _FORMS[int(chance[1] * 4)],
            _AGES[era], efficiency, rating(efficiency), potential, rating(potential),
            day.isoformat(), day.isoformat(), f"{day.isoformat()} 12:00:00",
            "mains gas (not community)" if chance[3] < 0.9 else "electricity (not community)",
            "Boiler and radiators, mains gas" if chance[3] < 0.9 else "Electric storage heaters",
            "Flat" if flat else "House",
            "(another dwelling above)" if flat else "Pitched, 200 mm loft insulation",
            _TENURES[tenure], area, "rental" if tenure == 2 else "marketed sale", _WALLS[wall],
            "", "England", FIRST_UPRN + home, "Energy Assessor",
        ]  # fmt: skip
