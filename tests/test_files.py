"""Reading files: inside the roots, whatever they pretend to be, with their line numbers."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placedata.errors import DataError
from placedata.files import Roots, parse_numbers, read_table, read_vector, sha256, sheet_names
from placedata.files.rasters import read_raster
from placedata.files.vectors import layer_names

# ------------------------------------------------------------------------------------------ roots


@pytest.fixture
def roots(tmp_path: Path) -> Roots:
    (tmp_path / "data" / "air").mkdir(parents=True)
    for name in ("b.csv", "a.csv", "notes.txt"):
        (tmp_path / "data" / "air" / name).write_text("x\n1\n")
    (tmp_path / "secret.csv").write_text("password\nhunter2\n")
    return Roots({"data": tmp_path / "data"})


def test_a_pattern_gives_its_files_in_order(roots):
    assert [path.name for path in roots.resolve("data/air/*.csv")] == ["a.csv", "b.csv"]
    assert [path.name for path in roots.resolve("data/**/a.csv")] == ["a.csv"]


def test_a_label_never_holds_the_machine_s_folders(roots):
    (path,) = roots.resolve("data/air/a.csv")
    assert roots.label(path) == "data/air/a.csv"
    assert roots.label(Path("/elsewhere/c.csv")) == "c.csv"


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("data/../secret.csv", "leaves its root"),
        ("data/air/../../secret.csv", "leaves its root"),
        ("/etc/passwd", "absolute"),
        ("~/x.csv", "absolute"),
        ("data\\air\\a.csv", "not a path"),
        ("https://example.org/a.csv", "not a path"),
        ("data/air/a.csv\0.txt", "not a path"),
        ("", "not a path"),
        ("data", "a data root alone"),
        ("dta/air/a.csv", "unknown data root 'dta'"),
        ("data/air/aa.csv", "no such file"),
        ("data/air", "no such file"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(roots, pattern, told):
    with pytest.raises(DataError, match=told):
        roots.resolve(pattern, where="layers/no2.yaml")


def test_a_link_out_of_the_root_is_refused(roots, tmp_path):
    (tmp_path / "data" / "air" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataError, match="a link that leaves its root"):
        roots.resolve("data/air/link.csv")
    with pytest.raises(DataError, match="a link that leaves its root"):
        roots.resolve("data/air/*.csv")


def test_a_missing_file_and_a_missing_root_get_the_nearest_guess(roots):
    with pytest.raises(DataError) as caught:
        roots.resolve("data/air/note.txt", where="layers/no2.yaml")
    assert caught.value.problems[0].suggestion == "data/air/notes.txt"
    assert caught.value.problems[0].file == "layers/no2.yaml"
    with pytest.raises(DataError) as caught:
        roots.resolve("dat/air/a.csv")
    assert caught.value.problems[0].suggestion == "data"


@given(st.text(max_size=40))
def test_no_text_at_all_reaches_a_file_outside(text):
    folder = Path(__file__).parent / "loaders"
    try:
        found = Roots({"data": folder}).resolve(f"data/{text}")
    except DataError:
        return
    assert all(path.resolve().is_relative_to(folder.resolve()) for path in found)


def test_the_hash_is_sha_256_of_the_bytes(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"a" * 3_000_000)
    assert sha256(path) == hashlib.sha256(b"a" * 3_000_000).hexdigest()


# ----------------------------------------------------------------------------------------- tables


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_byte_order_mark_and_crlf_do_not_reach_the_cells(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", b'\xef\xbb\xbfcode,n\r\nE1,"1,234"\r\nE2,5\r\n'))
    assert list(frame.columns) == ["code", "n"]
    assert frame["n"].tolist() == ["1,234", "5"]
    assert frame.index.tolist() == [2, 3]


def test_latin_1_is_read_where_utf_8_is_not_possible(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "name,price\nCafé,£5\n".encode("latin-1")))
    assert frame.iloc[0].tolist() == ["Café", "£5"]


def test_utf_16_from_a_spreadsheet_program_is_read(tmp_path):
    frame = read_table(write(tmp_path / "a.txt", "name\tn\nCafé\t5\n".encode("utf-16")))
    assert frame.iloc[0].tolist() == ["Café", "5"]


def test_title_rows_above_the_header_are_skipped_and_lines_still_count_from_the_top(tmp_path):
    text = "Table 1: households,,\n,,\nSource: invented,,\ncode,name,n\nE1,Abbey,1\n\nE2,Beam,2\n"
    frame = read_table(write(tmp_path / "a.csv", text))
    assert list(frame.columns) == ["code", "name", "n"]
    assert frame.index.tolist() == [5, 7]


def test_a_stated_header_row_is_taken_and_one_below_the_table_refused(tmp_path):
    path = write(tmp_path / "a.csv", "a,b\nc,d\n1,2\n")
    assert list(read_table(path, header=2).columns) == ["c", "d"]
    with pytest.raises(DataError, match="no row 9"):
        read_table(path, header=9)


def test_quoted_line_breaks_keep_the_line_numbers_of_the_file(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", 'code,note\nE1,"two\nlines"\nE2,one\n'))
    assert frame.index.tolist() == [2, 4]
    assert frame["note"].tolist() == ["two\nlines", "one"]


def test_a_file_without_header_gets_numbered_or_given_names(tmp_path):
    path = write(tmp_path / "a.csv", "F1,Surgery,A\nF2,Practice,C\n")
    assert list(read_table(path, header=None).columns) == ["col1", "col2", "col3"]
    frame = read_table(path, columns=["code", "name"])
    assert list(frame.columns) == ["code", "name", "col3"]
    assert frame.index.tolist() == [1, 2]
    with pytest.raises(DataError, match="4 columns, as named"):
        read_table(path, columns=list("abcd"))


def test_repeated_and_blank_column_names_are_made_distinct(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "code,n,n,\nE1,1,2,3\n"))
    assert list(frame.columns) == ["code", "n", "n (2)", "col4"]


def test_codes_keep_their_leading_zeros_and_booleans_their_spelling(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "code,flag,no\n007,t,NO\n"))
    assert frame.iloc[0].tolist() == ["007", "t", "NO"]


def test_semicolons_and_tabs_are_understood(tmp_path):
    assert read_table(write(tmp_path / "a.csv", "a;b\n1;2\n")).iloc[0].tolist() == ["1", "2"]
    assert read_table(write(tmp_path / "a.tsv", "a\tb\n1\t2,5\n")).iloc[0].tolist() == ["1", "2,5"]


def test_rows_shorter_and_longer_than_the_header_lose_nothing(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "a,b,c\n1,2\n1,2,3,4\n"))
    assert frame.to_numpy().tolist() == [["1", "2", "", ""], ["1", "2", "3", "4"]]


def test_a_compressed_table_is_read_and_a_damaged_one_refused(tmp_path):
    path = write(tmp_path / "a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert read_table(path).iloc[0].tolist() == ["1", "2"]
    write(path, gzip.compress(b"a,b\n1,2\n" * 500)[:-20])
    with pytest.raises(DataError, match="damaged gzip"):
        read_table(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , \n,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_as_such(tmp_path, content):
    with pytest.raises(DataError, match=r"a\.csv: file: found an empty file"):
        read_table(write(tmp_path / "a.csv", content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"PK\x03\x04rest"),
        ("a.csv", b"PAR1rest"),
        ("a.xlsx", b"code,n\n1,2\n"),
        ("a.xls", b"PK\x03\x04"),
        ("a.parquet", b"code,n\n"),
        ("a.csv.gz", b"\x1f\x8bnot gzip"),
        ("a.docx", b"PK\x03\x04"),
    ],
)
def test_bytes_of_another_kind_than_the_suffix_are_refused(tmp_path, name, content):
    with pytest.raises(DataError, match=f"{name}: file"):
        read_table(write(tmp_path / name, content))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        cover = pd.DataFrame({"Notes": ["about"]})
        cover.to_excel(writer, sheet_name="Cover", index=False)
        rows = [["Invented figures", None, None], [None, None, None], ["code", "n ", "on"]]
        rows += [["E1", 12, pd.Timestamp("2024-03-31")], ["E2", 0.5, None]]
        pd.DataFrame(rows).to_excel(writer, sheet_name="Data", index=False, header=False)
    return path


def test_a_sheet_is_read_with_its_row_numbers_and_numbers_as_written(workbook):
    frame = read_table(workbook, sheet="Data")
    assert list(frame.columns) == ["code", "n", "on"]
    assert frame.to_numpy().tolist() == [["E1", "12", "2024-03-31"], ["E2", "0.5", ""]]
    assert frame.index.tolist() == [4, 5]


def test_a_workbook_with_several_sheets_asks_for_one(workbook):
    assert sheet_names(workbook) == ["Cover", "Data"]
    with pytest.raises(DataError, match=r"2 sheets with content; allowed: name one .* Cover, Data"):
        read_table(workbook)
    with pytest.raises(DataError) as caught:
        read_table(workbook, sheet="Dta")
    assert caught.value.problems[0].suggestion == "Data"


def test_an_open_document_sheet_is_read(tmp_path):
    cell = "<table:table-cell office:value-type='{}' {}><text:p>{}</text:p></table:table-cell>"
    rows = [
        cell.format("string", "", "code") + cell.format("string", "", "rank "),
        cell.format("string", "", "W01000001") + cell.format("float", "office:value='7'", "7"),
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f"<table:table table:name='Ranks'>{body}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    frame = read_table(tmp_path / "a.ods")
    assert frame.to_dict("list") == {"code": ["W01000001"], "rank": ["7"]}


def test_parquet_is_read_as_text_with_missing_cells_blank(tmp_path):
    frame = pd.DataFrame({"code": ["E1", None], "n": [1.0, float("nan")], "k": [3, 4]})
    frame.to_parquet(tmp_path / "a.parquet")
    read = read_table(tmp_path / "a.parquet")
    assert read.to_numpy().tolist() == [["E1", "1", "3"], ["", "", "4"]]


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_spreadsheet_that_unpacks_to_half_a_gigabyte_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(60):
            member.write(b"0" * 1_000_000)
    with pytest.raises(DataError, match=r"compressed .* to 1"):
        read_table(path)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"../evil.shp": b""}, "names inside the archive"),
        ({"/abs.shp": b""}, "names inside the archive"),
        ({"inner.zip": b""}, "archive 'inner.zip' in an archive"),
        ({f"{n}.shp": b"" for n in range(1001)}, "1001 members"),
        ({"notes.txt": b"none"}, "no shapefile in the zip"),
    ],
)
def test_an_unsafe_or_useless_zip_is_refused(tmp_path, members, told):
    with pytest.raises(DataError, match=told):
        read_vector(zip_of(tmp_path / "a.zip", members))


# ---------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12.0), (" 7 ", 7.0), ("1,234.5", 1234.5), ("29,199", 29199.0), ("-0.077", -0.077),
        ("12.5%", 12.5), ("£1,200", 1200.0), ("-£3", -3.0), ("−4", -4.0), ("1e3", 1000.0),
        (".5", 0.5), ("+2", 2.0), ("0", 0.0), ("99 %", 99.0),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(cell, number):
    values, reasons = parse_numbers(pd.Series([cell]))
    assert values.tolist() == [number]
    assert reasons.tolist() == [""]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("*", "suppressed"), ("[c]", "suppressed"), ("<5", "suppressed"), ("[C]", "suppressed"),
        ("n/a", "not available"), ("N/A", "not available"), ("-", "not available"),
        ("..", "not available"), ("[x]", "not available"), ("[z]", "not applicable"),
        ("", "blank"), ("  ", "blank"),
        ("abc", "text"), ("3,14", "text"), ("1,23,456", "text"), ("12 000", "text"),
        ("inf", "text"), ("1_000", "text"), ("0x10", "text"), ("1e999", "text"), ("6a", "text"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_missing_for_a_reason_and_never_zero(cell, reason):
    values, reasons = parse_numbers(pd.Series([cell]))
    assert np.isnan(values.iloc[0])
    assert reasons.tolist() == [reason]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_is_read_back_the_same(number):
    values, reasons = parse_numbers(pd.Series([repr(number), f"{number:,.3f}"]))
    assert values.iloc[0] == number
    assert values.iloc[1] == pytest.approx(float(f"{number:.3f}"))
    assert reasons.tolist() == ["", ""]


# ------------------------------------------------------------------------------ vectors, rasters

SQUARE = [[[540000, 180000], [541000, 180000], [541000, 181000], [540000, 180000]]]
VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{source}</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def geojson(crs: str | None = None, **properties: object) -> str:
    document: dict[str, object] = {"type": "FeatureCollection"}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    geometry = {"type": "Polygon", "coordinates": SQUARE}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    document["features"] = [feature]
    return json.dumps(document)


def test_geojson_is_degrees_unless_it_says_otherwise(tmp_path):
    plain = read_vector(write(tmp_path / "a.geojson", geojson(code="01")))
    assert plain.crs.to_epsg() == 4326
    assert plain["code"].tolist() == ["01"]
    stated = read_vector(write(tmp_path / "b.geojson", geojson("urn:ogc:def:crs:EPSG::27700")))
    assert stated.crs.to_epsg() == 27700
    assert stated.geometry.iloc[0].area == 500_000


def test_topojson_without_crs_has_its_arcs_joined(tmp_path):
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.25], "translate": [10, 50]},
        "arcs": [
            [[0, 0], [0, 4]], [[0, 4], [2, 0], [0, -4], [-2, 0]],
            [[2, 4], [2, 0], [0, -4], [-2, 0]], [[2, 4], [0, -4]],
        ],
        "objects": {
            "wards": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"WD13CD": "E05990001"}},
                    {"type": "Polygon", "arcs": [[2, ~3]], "properties": {"WD13CD": "E05990002"}},
                    {"type": "Point", "coordinates": [1, 1], "properties": {}},
                ],
            }
        },
    }  # fmt: skip
    frame = read_vector(write(tmp_path / "a.topojson", json.dumps(topology)))
    assert frame.crs.to_epsg() == 4326
    assert frame["WD13CD"].tolist()[:2] == ["E05990001", "E05990002"]
    assert frame.geometry.iloc[0].bounds == (10.0, 50.0, 11.0, 51.0)
    assert frame.geometry.iloc[1].bounds == (11.0, 50.0, 12.0, 51.0)
    assert (frame.geometry.iloc[0].area, frame.geometry.iloc[1].area) == (1.0, 1.0)
    assert frame.geometry.iloc[2].coords[0] == (10.5, 50.25)


def test_a_grid_without_its_code_is_known_by_its_numbers(tmp_path):
    import geopandas as gpd
    from shapely.geometry import box

    esri = (
        'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["D_OSGB_1936",'
        'SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0],'
        'UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],'
        'PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],'
        'PARAMETER["false_northing",-100000],UNIT["Meter",1]]'
    )
    gpd.GeoDataFrame(
        {"GSS_CODE": ["E05990001"]},
        geometry=[box(540000, 180000, 541000, 181000)],
        crs="EPSG:27700",
    ).to_file(tmp_path / "wards.shp")
    members = {
        f"Wards 2014 (1)/wards{part}": (tmp_path / f"wards{part}").read_bytes()
        for part in (".shp", ".shx", ".dbf")
    }
    members["Wards 2014 (1)/wards.prj"] = esri.encode()
    members["Wards 2014 (1)/wards.TAB"] = b"!table"
    path = zip_of(tmp_path / "wards.zip", members)
    assert layer_names(path) == ["wards"]
    frame = read_vector(path)
    assert frame.crs.to_epsg() == 27700
    del members["Wards 2014 (1)/wards.prj"]
    path = zip_of(tmp_path / "bare.zip", members)
    with pytest.raises(DataError, match="no coordinate reference system"):
        read_vector(path)
    assert read_vector(path, crs="EPSG:27700").crs.to_epsg() == 27700


def test_a_zip_with_two_shapefiles_asks_for_one(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"one.shp": b"", "two.shp": b""})
    with pytest.raises(DataError, match="2 layers; allowed: name one with layer: one, two"):
        read_vector(path)
    with pytest.raises(DataError) as caught:
        read_vector(path, layer="tow")
    assert caught.value.problems[0].suggestion == "two"


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.fgb", "a.topojson", "a.json"])
def test_a_virtual_file_under_a_plain_name_is_refused(tmp_path, name):
    with pytest.raises(DataError, match=name):
        read_vector(write(tmp_path / name, VRT.format(source="/etc/passwd")))


@pytest.mark.parametrize(
    "content",
    ["", "{", '{"type": "gdal_streamed_alg"}', "[]", '{"features": []}', "null", geojson()[:-3]],
)
def test_json_that_is_no_map_is_refused(tmp_path, content):
    with pytest.raises(DataError):
        read_vector(write(tmp_path / "a.geojson", content))


def test_an_address_is_no_file():
    for address in ("http://127.0.0.1:9/x.geojson", "/vsicurl/http://127.0.0.1:9/x.geojson"):
        with pytest.raises(DataError, match="an address"):
            read_vector(address)


def test_a_map_of_nothing_is_refused(tmp_path):
    path = write(tmp_path / "a.geojson", '{"type": "FeatureCollection", "features": []}')
    with pytest.raises(DataError, match="no features"):
        read_vector(path)


def test_gdal_knows_only_the_allowed_drivers_and_says_nothing_when_it_loads():
    code = (
        "import placedata.files, pyogrio, geopandas; print(sorted(pyogrio.list_drivers()));"
        "import rasterio; rasterio.Env().__enter__()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    allowed = ["ESRI Shapefile", "FlatGeobuf", "GPKG", "GeoJSON", "MEM", "OSM"]
    assert done.stdout.strip() == str(allowed)
    assert done.stderr == ""


def test_hostile_maps_make_no_request_and_show_no_other_file(tmp_path):
    """Each file is also offered to GDAL itself, as a notebook would, behind our allow-list."""
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/x.geojson"
    (tmp_path / "secret.csv").write_text("password\nhunter2\n")
    sources = {"secret": tmp_path / "secret.csv", "web": f"/vsicurl/{address}", "plain": address}
    for name, source in sources.items():
        for suffix in ("geojson", "csv", "vrt", "json", "gpkg"):
            write(tmp_path / f"{name}.{suffix}", VRT.format(source=source))
    code = (
        "import sys, placedata.files as f, pyogrio\n"
        "for path in sys.argv[1:]:\n"
        "    for read in (f.read_vector, pyogrio.read_dataframe):\n"
        "        try: print(read(path).to_string())\n"
        "        except Exception as error: print(type(error).__name__)\n"
    )
    paths = [str(path) for path in sorted(tmp_path.iterdir()) if path.name != "secret.csv"]
    done = subprocess.run(
        [sys.executable, "-c", code, *paths, address, f"/vsicurl/{address}"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    assert asked == []
    assert "hunter2" not in done.stdout + done.stderr
    assert set(done.stdout.split()) <= {"DataError", "DataSourceError", "DataLayerError"}


def test_a_raster_is_read_by_its_own_driver_only(tmp_path):
    vrt = "<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>"
    for name in ("a.tif", "a.asc", "a.vrt", "a.png"):
        with pytest.raises(DataError, match=name):
            read_raster(write(tmp_path / name, vrt))
    with pytest.raises(DataError, match="an empty file"):
        read_raster(write(tmp_path / "b.tif", b""))
    with pytest.raises(DataError, match="a damaged file"):
        read_raster(write(tmp_path / "c.tif", b"II*\0" + b"\0" * 60))


def test_scale_offset_and_nodata_of_a_geotiff_are_applied(tmp_path):
    import rasterio
    from affine import Affine

    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=1, width=3, count=1, dtype="int16", nodata=-1,
        crs="EPSG:27700", transform=Affine(100, 0, 540000, 0, -100, 181000),
    ) as data:  # fmt: skip
        data.scales, data.offsets = (0.1,), (5.0,)
        data.write(np.array([[[10, -1, 99]]], dtype="int16"))
    grid = read_raster(path)
    np.testing.assert_allclose(grid.values, [[6.0, np.nan, 14.9]])
    assert grid.transform == (100.0, 0.0, 540000.0, 0.0, -100.0, 181000.0)
    with pytest.raises(DataError, match="no band 2"):
        read_raster(path, band=2)


def test_a_table_can_be_read_from_what_a_program_wrote(tmp_path):
    frame = pd.DataFrame({"code": [f"E{n}" for n in range(2000)], "n": range(2000)})
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)
    read = read_table(write(tmp_path / "a.csv", buffer.getvalue()))
    assert read["n"].astype(int).tolist() == list(range(2000))
    assert read.index[-1] == 2001
