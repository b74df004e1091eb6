"""Makes the data files of the sample place, seeded, with known answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from placedata.sample import truth
from placedata.sample.address_files import (
    make_postcodes,
    write_chargepoints,
    write_childcare,
    write_codepoint,
    write_libraries,
    write_parks,
    write_schools,
    write_surgeries,
)
from placedata.sample.air_files import write_hours, write_sites
from placedata.sample.answers import known_answers
from placedata.sample.boundary_files import write_boundaries, write_lookups
from placedata.sample.council_files import write_logo
from placedata.sample.definition import write_definition
from placedata.sample.deprivation_files import write_2019, write_2025
from placedata.sample.deprivation_files import write_indicators as write_deprivation_indicators
from placedata.sample.editions import old_wards, output_areas
from placedata.sample.energy_files import write_certificates
from placedata.sample.ground_answers import ground_answers
from placedata.sample.indicator_files import (
    write_census,
    write_collisions,
    write_crime,
    write_energy,
    write_fuel_poverty,
    write_sewer_flooding,
)
from placedata.sample.lorawan_files import write_lorawan
from placedata.sample.national_air import write_national_air
from placedata.sample.older_files import (
    write_fingertips,
    write_old_ward_tables,
    write_old_wards,
    write_output_areas,
    write_tenure,
)
from placedata.sample.raster_files import write_background, write_greenness, write_grids
from placedata.sample.record_answers import more_answers, planted
from placedata.sample.satellite_files import write_satellite
from placedata.sample.service_files import write_assets, write_requests
from placedata.sample.street_files import write_streets
from placedata.sample.town import Town, make_town
from placedata.sample.traffic_files import write_aadf, write_counters, write_footfall
from placedata.sample.tube_files import write_tubes
from placedata.sample.uprn_files import make_objects, write_nsul, write_open_uprn
from placedata.sample.ward_profile import (
    write_elections,
    write_neighbours,
    write_ward_profile,
)

SEED = 2025


@dataclass(frozen=True)
class SampleSummary:
    """What was made.

    Parameters
    ----------
    files
        Paths of the data files relative to the directory, sorted, as posix text.
    size
        Bytes in all.
    wards, small_areas, postcodes, homes, people
        Numbers of each; postcodes are those with a location.
    """

    files: tuple[str, ...]
    size: int
    wards: int
    small_areas: int
    postcodes: int
    homes: int
    people: int


def make_sample(directory: Path, *, seed: int = SEED) -> SampleSummary:
    """Write the fictional borough of Aldermarsh: ``<directory>/data``, place and layer files.

    The same seed gives the same values on every platform: everything is rounded before it is
    written. Data files there already are written over; ``place.yaml`` and layer files are written
    where there are none, and no other file is touched.

    Parameters
    ----------
    directory
        Folder of the place.
    seed
        Seed of chance. The committed sample is `SEED`.
    """
    data = Path(directory) / "data"
    town = make_town(seed)
    _write_all(data, town)
    labels = _write_homes_and_streets(data, town)
    facts = known_answers(data, town) | more_answers(data, town) | planted(data)
    facts |= ground_answers(data, town)
    facts["service_request_uprn"] = labels
    truth.write_truth(data / "truth.json", facts)
    write_definition(Path(directory))
    files = sorted(path for path in data.rglob("*") if path.is_file())
    return SampleSummary(
        files=tuple(path.relative_to(directory).as_posix() for path in files),
        size=sum(path.stat().st_size for path in files),
        wards=facts["wards"],
        small_areas=facts["small_areas_2021"],
        postcodes=facts["postcodes_located"],
        homes=facts["homes"],
        people=facts["people"],
    )


def _write_all(data: Path, town: Town) -> None:
    postcodes = make_postcodes(town)
    write_logo(data)
    write_boundaries(data, town)
    write_lookups(data, town)
    write_codepoint(data, town, postcodes)
    write_surgeries(data, town, postcodes)
    write_schools(data, town)
    write_libraries(data, postcodes)
    write_childcare(data, town, postcodes)
    write_chargepoints(data, town, postcodes)
    write_parks(data, town)
    write_2025(data, town)
    write_2019(data, town)
    write_deprivation_indicators(data, town)
    write_census(data, town)
    write_crime(data, town)
    write_energy(data, town)
    write_fuel_poverty(data, town)
    write_sewer_flooding(data, town)
    write_collisions(data, town)
    write_ward_profile(data, town)
    write_elections(data, town)
    write_neighbours(data, town.seed)
    write_sites(data)
    write_hours(data, town)
    write_greenness(data, town)
    write_grids(data, town)
    write_background(data)
    write_satellite(data, town)
    write_streets(data, town)
    write_tubes(data, town)


def _write_homes_and_streets(data: Path, town: Town) -> dict[str, int]:
    """Write what there is home by home and street by street, and the tables of older areas.

    Returns
    -------
    Reference of a service request -> UPRN that it is about, for some of them.
    """
    postcodes = make_postcodes(town)
    old, oa = old_wards(town), output_areas(town)
    write_old_wards(data, town, old)
    write_old_ward_tables(data, town, old)
    write_fingertips(data, town, old)
    write_output_areas(data, town, oa)
    write_tenure(data, town)
    objects = make_objects(town)
    write_open_uprn(data, objects)
    write_nsul(data, town, objects, postcodes, oa)
    write_certificates(data, town, postcodes)
    write_assets(data, town)
    write_aadf(data, town)
    write_counters(data, town)
    write_footfall(data, town.seed)
    write_national_air(data, town.seed)
    write_lorawan(data, town)
    return write_requests(data, town, postcodes)
