"""The other way to a ward figure: pandas, geopandas, shapely and numpy, and nothing of placedata.

Postcodes are joined to areas by ``sjoin``, shares are counted, distances are measured all to all.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

GRID = "EPSG:27700"


class OtherWay:
    """Ward figures from the published files, without placedata."""

    def __init__(self, folder: Path, wards: str, code: str, postcodes: str) -> None:
        self.folder = folder
        self.home = folder / "barking_and_dagenham"
        self.london = folder / "london"
        self.wards = self.areas(wards, code)
        frame = pd.read_csv(self.home / "addresses" / postcodes, header=None, dtype=str)
        frame = frame[frame[1].astype(int) < 90]
        x, y = frame[2].astype(float), frame[3].astype(float)
        codes = frame[0].str.replace(" ", "")
        self.postcodes = gpd.GeoDataFrame(
            {"postcode": codes}, geometry=gpd.points_from_xy(x, y), crs=GRID
        ).reset_index(drop=True)
        self.ward_of = self.located(self.postcodes, 250)

    def areas(self, name: str, code: str) -> gpd.GeoDataFrame:
        frame = gpd.read_file(self.home / "boundaries" / name).to_crs(GRID)
        return frame[[code, "geometry"]].rename(columns={code: "code"}).sort_values("code")

    def located(self, points: gpd.GeoDataFrame, within: float) -> pd.Series:
        """Ward of each point; a point outside every ward is in the nearest one within metres."""
        joined = gpd.sjoin(points, self.wards, predicate="intersects")
        found = joined.groupby(level=0)["code"].min()
        lost = points.loc[points.index.difference(found.index)]
        near = gpd.sjoin_nearest(lost, self.wards, max_distance=within)
        return pd.concat([found, near.groupby(level=0)["code"].min()]).reindex(points.index)

    def shares(self, boundaries: str, code: str) -> pd.DataFrame:
        """Share of the postcodes of each small area (rows) that is in each ward (columns)."""
        small = self.areas(boundaries, code)
        joined = gpd.sjoin(self.postcodes, small, predicate="intersects")
        home = joined.groupby(level=0)["code"].min()
        table = pd.crosstab(home, self.ward_of.loc[home.index])
        assert set(table.index) == set(small["code"]), "a small area without a postcode"
        return table.div(table.sum(axis=1), axis=0)

    def moved(self, counts: pd.Series, shares: pd.DataFrame) -> pd.Series:
        return shares.mul(counts.reindex(shares.index), axis=0).sum()

    def averaged(self, values: pd.Series, weights: pd.Series, shares: pd.DataFrame) -> pd.Series:
        return self.moved(values * weights, shares) / self.moved(weights, shares)

    def in_wards(self, points: gpd.GeoDataFrame) -> pd.Series:
        return self.located(points.reset_index(drop=True), 20)

    def counted(self, points: gpd.GeoDataFrame) -> pd.Series:
        return self.in_wards(points).value_counts().reindex(self.wards["code"], fill_value=0)

    def distances(self, points: gpd.GeoDataFrame) -> np.ndarray:
        """Metres from each postcode (rows) to each point (columns)."""
        here = shapely.get_coordinates(self.postcodes.geometry.array)
        there = shapely.get_coordinates(points.to_crs(GRID).geometry.array)
        return np.hypot(*(here[:, None, axis] - there[None, :, axis] for axis in (0, 1)))

    def nearest(self, points: gpd.GeoDataFrame) -> pd.Series:
        return pd.Series(self.distances(points).min(axis=1)).groupby(self.ward_of).mean()

    def exposed(self, sensors: gpd.GeoDataFrame) -> pd.Series:
        values = sensors["value"].to_numpy()[self.distances(sensors).argmin(axis=1)]
        return pd.Series(values).groupby(self.ward_of).mean()

    def between(self, sensors: gpd.GeoDataFrame) -> pd.Series:
        """Mean of all sensors, each weighing one over the square of its distance."""
        weight = self.distances(sensors) ** -2.0
        values = weight @ sensors["value"].to_numpy() / weight.sum(axis=1)
        return pd.Series(values).groupby(self.ward_of).mean()

    def zonal(self, x: np.ndarray, y: np.ndarray, size: float, values: np.ndarray) -> pd.Series:
        """Mean of square cells by the area of each that lies in the ward."""
        cells = shapely.box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
        means = {}
        for code, shape in zip(self.wards["code"], self.wards.geometry, strict=True):
            shapely.prepare(shape)
            near = np.flatnonzero(shapely.intersects(shape, cells))
            part = shapely.area(shapely.intersection(cells[near], shape))
            means[code] = (values[near] * part).sum() / part.sum()
        return pd.Series(means)

    def deprivation(self, file: str, key: str, folder: str = "home") -> pd.DataFrame:
        root = {"home": self.home, "london": self.london}[folder]
        return pd.read_csv(root / "deprivation" / f"{file}.csv").set_index(key)

    def mid_2015(self, folder: str = "home") -> pd.DataFrame:
        """Everyone, children, people aged 60 and over, by LSOA of 2011."""
        name = {"home": self.home / "deprivation/iod2019_file6_population.csv"}.get(
            folder, self.folder / "england/deprivation/iod2019_file6_population.csv.gz"
        )
        frame = pd.read_csv(name, thousands=",", encoding="utf-8-sig")
        frame = frame.set_index("LSOA code (2011)")
        wanted = {"Total": "all", "Dependent": "children", "Older": "older"}
        return pd.DataFrame(
            {new: frame.filter(regex=f"^{old}").iloc[:, 0] for old, new in wanted.items()}
        )

    def census(self, folder: str = "home") -> pd.DataFrame:
        """Residents by LSOA of 2021: everyone and by age."""
        root = {"home": self.home, "london": self.london}[folder]
        frame = pd.read_csv(root / "population/census2021_lsoa21_age6.csv")
        table = frame.pivot(index="lsoa21_code", columns="age_group", values="usual_residents")
        return table.assign(all=table.sum(axis=1), children=table["Aged 15 years and under"])

    def indicator(self, name: str, folder: str = "london") -> pd.DataFrame:
        root = {"home": self.home, "london": self.london}[folder]
        return pd.read_csv(root / "indicators" / f"{name}.csv").set_index("LSOA11CD")

    def population_2020(self) -> pd.Series:
        frame = pd.read_csv(self.london / "population/lsoa11_mid2020.csv").set_index("LSOA11CD")
        return frame["Persons_All-Ages"]

    def profiles(self) -> pd.DataFrame:
        frame = pd.read_csv(
            self.london / "indicators/ward_profiles_2015.csv", encoding="latin-1",
            na_values=["n/a"],
        )  # fmt: skip
        wards = frame[frame["New code"].str.startswith("E05", na=False)]
        return wards.rename(columns=str.strip).set_index("New code")

    def laqn(self, species: str, period: str, files: list[Path]) -> gpd.GeoDataFrame:
        """Mean of each site in a period; an hour with two values is not used."""
        frame = pd.concat([pd.read_csv(file) for file in files])
        frame = frame[frame["@SpeciesCode"].eq(species) & frame["@Value"].notna()]
        frame = frame[frame["@MeasurementDateGMT"].str.startswith(period)]
        hours = frame.groupby(["SiteCode", "@MeasurementDateGMT"])["@Value"].agg(["nunique", "min"])
        means = hours.loc[hours["nunique"] == 1, "min"].groupby(level=0).mean()
        sites = pd.read_csv(self.london / "air_quality/laqn_sites.csv").set_index("@SiteCode")
        place = sites.loc[means.index]
        points = gpd.points_from_xy(place["@Longitude"], place["@Latitude"], crs="EPSG:4326")
        return gpd.GeoDataFrame({"value": means.to_numpy()}, geometry=points).to_crs(GRID)

    def hourly(self) -> list[Path]:
        return sorted((self.home / "air_quality/laqn_hourly").glob("*.csv"))

    def january(self) -> list[Path]:
        here = (self.home / "air_quality/laqn_hourly").glob("*_2023-01.csv")
        there = (self.london / "air_quality/laqn_hourly_2023-01").glob("*.csv")
        return [*here, *there]

    def map_file(self, name: str) -> gpd.GeoDataFrame:
        """Features as points on the grid: of a shape, a point on it."""
        frame = gpd.read_file(self.home / "assets" / f"{name}.geojson")
        return frame.set_geometry(shapely.point_on_surface(frame.geometry.array), crs=4326).to_crs(
            GRID
        )

    def schools(self) -> gpd.GeoDataFrame:
        frame = pd.read_csv(self.home / "addresses/schools_gias.csv")
        points = gpd.points_from_xy(frame["easting"], frame["northing"])
        return gpd.GeoDataFrame(frame, geometry=points, crs=GRID)

    def practices(self) -> gpd.GeoDataFrame:
        frame = pd.read_csv(
            self.home / "addresses/gp_practices_epraccur.csv", header=None, dtype=str
        )
        wanted = frame[(frame[12] == "A") & (frame[25] == "4")]
        bare = wanted[9].str.replace(" ", "")
        where = self.postcodes.set_index("postcode").geometry
        found = where.reindex(bare).dropna()
        return gpd.GeoDataFrame(geometry=found.to_numpy(), crs=GRID)

    def libraries(self) -> gpd.GeoDataFrame:
        frame = pd.read_csv(self.home / "addresses/libraries.csv")
        frame = frame[frame["closed"].isna()]
        points = gpd.points_from_xy(frame["lng"], frame["lat"], crs="EPSG:4326")
        return gpd.GeoDataFrame(geometry=points).to_crs(GRID)

    def heights(self) -> pd.Series:
        """Mean height by ward, from the ASCII tiles."""
        tiles = []
        for file in sorted((self.home / "elevation").glob("*.asc")):
            head = dict(line.split() for line in file.read_text().splitlines()[:5])
            west, south, size = (float(head[key]) for key in ("xllcorner", "yllcorner", "cellsize"))
            columns, rows = np.meshgrid(np.arange(200), np.arange(200)[::-1])
            x, y = west + (columns + 0.5) * size, south + (rows + 0.5) * size
            tiles.append(np.stack([x.ravel(), y.ravel(), np.loadtxt(file, skiprows=5).ravel()]))
        x, y, values = np.concatenate(tiles, axis=1)
        return self.zonal(x, y, size, values)

    def nox(self, year: int) -> pd.Series:
        frame = pd.read_csv(self.london / f"raster/pcm_nox_{year}.csv").dropna()
        x, y, values = (frame[name].to_numpy(float) for name in ("x", "y", f"nox{year}"))
        return self.zonal(x, y, 1000.0, values)


@pytest.fixture(scope="session")
def other_way(real_data) -> dict[str, SimpleNamespace]:
    """Name of a place -> its wards, the shares of small areas in them, and the people there."""
    now = OtherWay(real_data, "wards_2025.geojson", "WD25CD", "codepoint_open_2025-11.csv")
    then = OtherWay(real_data, "wards_2013.geojson", "WD13CD", "codepoint_open_2014-08.csv")
    people_2015 = now.mid_2015()["all"]
    return {
        "barking_and_dagenham": SimpleNamespace(
            way=now,
            new=now.shares("lsoa_2021.geojson", "LSOA21CD"),
            old=now.shares("lsoa_2011.geojson", "LSOA11CD"),
            wards=now.shares("wards_2013.geojson", "WD13CD"),
            people=now.census()["all"],
            people_2015=people_2015,
        ),
        "barking_and_dagenham_2013": SimpleNamespace(
            way=then,
            old=then.shares("lsoa_2011.geojson", "LSOA11CD"),
            people_2015=people_2015,
        ),
    }
