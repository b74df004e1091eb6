"""Reading boundaries: squares that are right, and every way in which outlines are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from placedata.boundaries import polygons_of, read_boundaries
from placedata.errors import DataError
from placedata.files import Roots

CODES = ["E05990002", "E05990001", "E05990003"]
NAMES = ["Beam", "Abbey", "Castle"]
SQUARES = [box(541_000, 180_000, 542_000, 181_000), box(540_000, 180_000, 541_000, 181_000),
           box(542_000, 180_000, 543_000, 181_000)]  # fmt: skip


def frame(shapes=SQUARES, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        columns or {"WD25CD": CODES, "WD25NM": NAMES}, geometry=list(shapes), crs="EPSG:27700"
    )


@pytest.fixture
def read(tmp_path: Path):
    def run(content, file="wards.gpkg", geography="wd25", **options):
        path = tmp_path / file
        if isinstance(content, str):
            path.write_text(content)
        else:
            content.to_file(path, driver="GPKG")
        return read_boundaries(geography, Roots({"data": tmp_path}), f"data/{file}", **options)

    return run


def test_areas_come_sorted_on_the_grid_with_names(read):
    boundaries = read(frame())
    assert boundaries.codes == sorted(CODES)
    assert boundaries.frame["area_name"].tolist() == ["Abbey", "Beam", "Castle"]
    assert boundaries.frame.crs.to_epsg() == 27700
    assert boundaries.frame.index.tolist() == [0, 1, 2]
    assert boundaries.frame.area.tolist() == [1e6, 1e6, 1e6]
    assert list(boundaries.frame.columns) == ["area_code", "area_name", "geometry"]
    assert boundaries.notes == ()


def test_degrees_are_moved_to_the_grid(read):
    boundaries = read(frame().to_crs("EPSG:4326"))
    assert boundaries.frame.area.tolist() == pytest.approx([1e6, 1e6, 1e6], rel=1e-4)
    assert boundaries.frame.geometry.iloc[0].bounds[0] == pytest.approx(540_000, abs=1)


def test_a_borough_s_code_beside_the_ward_s_and_an_empty_welsh_name_do_not_confuse(read):
    boundaries = read(
        frame(
            FID=[1, 2, 3], LAD25CD=["E09990001"] * 3, WD25CD=CODES, WD25NMW=[" ", " ", " "],
            WD25NM=NAMES, LADCD_ACTIVE=["E09990001"] * 3, CAUTHCD=[None] * 3,
        )
    )  # fmt: skip
    assert boundaries.frame["area_name"].tolist() == ["Abbey", "Beam", "Castle"]


@pytest.mark.parametrize(
    ("columns", "geography"),
    [
        ({"ward21_code": CODES, "ward21_name": NAMES}, "wd21"),
        ({"GSS_CODE": CODES, "NAME": NAMES, "LB_GSS_CD": ["E09990001"] * 3}, "wd14"),
    ],
)
def test_renamed_columns_are_found(read, columns, geography):
    boundaries = read(frame(**columns), geography=geography)
    assert boundaries.codes == sorted(CODES)
    assert boundaries.frame["area_name"].tolist() == ["Abbey", "Beam", "Castle"]


def test_areas_without_names_are_named_by_their_codes(read):
    codes = ["E00990001", "E00990002", "E00990003"]
    boundaries = read(frame(OA11CD=codes, LAD11CD=["E09990001"] * 3), geography="oa11")
    assert boundaries.frame["area_name"].tolist() == codes


def test_another_edition_is_refused_and_can_be_insisted_on(read):
    with pytest.raises(DataError, match="codes of wd25; allowed: codes of wd22"):
        read(frame(), geography="wd22")
    assert len(read(frame(), geography="wd22", code="WD25CD").codes) == 3


def test_another_level_is_refused(read):
    with pytest.raises(DataError, match="no column of area codes; allowed: a column that holds ls"):
        read(frame(), geography="lsoa21")


def test_a_missing_column_gets_the_nearest(read):
    with pytest.raises(DataError, match="did you mean 'WD25CD'"):
        read(frame(), code="WD24CD")
    with pytest.raises(DataError, match="did you mean 'WD25NM'"):
        read(frame(), name="WD25NN")


def test_an_outline_that_crosses_itself_is_mended_and_noted(read):
    bow = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000), (0, 0)])
    boundaries = read(frame([bow, *SQUARES[1:]]))
    assert boundaries.notes == ("E05990002: self-intersection repaired",)
    mended = boundaries.frame.set_index("area_code").geometry["E05990002"]
    assert mended.is_valid
    assert mended.area == pytest.approx(500_000)  # two triangles of 1000 by 500


def test_polygons_and_multipolygons_may_mix(read):
    two = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    boundaries = read(frame([two, *SQUARES[1:]]))
    assert boundaries.frame.set_index("area_code").geometry["E05990002"].area == 200


def test_repeated_codes_and_empty_outlines_are_told_together(read):
    with pytest.raises(DataError) as caught:
        read(frame([Polygon(), *SQUARES[1:]], WD25CD=["E05990001", "E05990001", "E05990003"]))
    told = str(caught.value)
    assert "1 repeated: E05990001" in told
    assert "no polygon" in told


def test_a_line_is_no_area_and_a_word_no_code(read):
    with pytest.raises(DataError, match="a LineString; allowed: a polygon"):
        read(frame([LineString([(0, 0), (1, 1)]), *SQUARES[1:]]))
    with pytest.raises(DataError, match="code 'Abbey'; allowed: a GSS code"):
        read(frame(WD25CD=["Abbey", *CODES[1:]]))


def test_foreign_areas_are_left_out_and_slivers_told(read):
    parent = box(540_000, 180_000, 541_050, 181_000)  # all of Abbey, 5% of Beam, none of Castle
    boundaries = read(frame(), clip=parent)
    assert boundaries.codes == ["E05990001"]
    assert boundaries.notes == (
        "1 areas outside the parent boundary left out",
        "E05990002: 5% inside the parent boundary: left out",
    )


def test_an_area_that_the_parent_trims_stays_whole(read):
    parent = box(540_200, 180_000, 542_000, 181_000)
    boundaries = read(frame(), clip=parent)
    assert boundaries.codes == ["E05990001", "E05990002"]
    assert boundaries.frame.area.tolist() == [1e6, 1e6]
    assert "E05990001: 80% inside the parent boundary: kept whole" in boundaries.notes


def test_a_parent_elsewhere_leaves_nothing_and_is_refused(read):
    with pytest.raises(DataError, match="no area inside the parent"):
        read(frame(), clip=box(0, 0, 10, 10))


def test_topojson_without_crs_is_read_as_degrees(read):
    ring = [[0.10, 51.50], [0.12, 51.50], [0.12, 51.52], [0.10, 51.52], [0.10, 51.50]]
    geometry = {
        "type": "Polygon", "arcs": [[0]], "id": "E05990001",
        "properties": {"WD13CD": "E05990001", "WD13CDO": "00ZZFX", "WD13NM": "Abbey"},
    }  # fmt: skip
    objects = {"wards": {"type": "GeometryCollection", "geometries": [geometry]}}
    text = json.dumps({"type": "Topology", "arcs": [ring], "objects": objects})
    boundaries = read(text, "wards.topojson", "wd13")
    assert boundaries.frame["area_name"].tolist() == ["Abbey"]
    # 0.02 degrees of longitude at 51.51 N by 0.02 of latitude, in metres.
    assert boundaries.frame.area.iloc[0] == pytest.approx(1388 * 2225, rel=0.01)


def test_several_files_are_no_boundary(tmp_path):
    for name in ("one.gpkg", "two.gpkg"):
        frame().to_file(tmp_path / name, driver="GPKG")
    with pytest.raises(DataError, match="2 files; allowed: one file"):
        read_boundaries("wd25", Roots({"data": tmp_path}), "data/*.gpkg")


def test_polygons_are_kept_of_a_mixed_shape():
    import shapely

    mixed = shapely.GeometryCollection([box(0, 0, 1, 1), LineString([(0, 0), (5, 5)])])
    assert polygons_of(mixed).equals(box(0, 0, 1, 1))
