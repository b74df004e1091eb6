"""Spreadsheets as people make them, and the properties of maps, through the loader ``table``."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib

import geopandas as gpd
import pytest
import shapely
import xlsxwriter

from placedata.columns import edition_of, find_column, period_columns

#: An Excel 97 file of one sheet: a title, a blank row, then WD25CD and Cases for two wards.
XLS = (
    r"c-rk)O-NKx6#nj;H|mHp&X@)o$RK28E@liN1D#6EMI;u1(GT@>-"
    r"a;J47$vAhS>`ebS`}>sH*Kso{ZNbAwFrz_1VJ!U%N7w7w9t8-bLKsosR<k?skq<co_pT8-"
    r"@W&|ckemx=f!d)yKuK9hab=fAM#EBRYf*MCE%TeLG6yis#n)gaWwuZ1Zrp@tNeHrd|u6K$m^Yhfjj0?lE6DE$8j3NQ"
    r")xT8j@T<cSc-k<C8=<eEFm<DR}CV^MQ#vzTbPeU?iR}xk-fyts-sv=40r5wckvOUP1-"
    r"`>aqml?H)4sS3D0;JU%09YTtD_?Cal!o+0bg%VG*=$Lw4HESg9-;X#p4U#fbu+y-"
    r"0l$)%NwZE0FzbslB?4{hDC{vv5wy2A@X|AAQ{7$EcM_POo6U#3PpoaM&74+0po}=tTOAou09iWFH;q>h2%#1O3*tJx"
    r"$4ZFxK7E6N|;-"
    r"MS2$vdTjheEvIh@_i#zL2PF*ZNG4G)dPIUDObLDE)~A;T#zqn+#WE`?zVIN}%)Z0HMeaeJLnwI8U~Y%V?IJJ9sGCG@"
    r"5!pygs@q4JTxH*!a4t)0JI%90@G7yTNZ(5O{D*@NTIb&<wvoOxlsnhB^g6MCHhM56sXrfc=v1BR#&yQSgjXv!X}lHL"
    r"{8Iv{F~aV(IquW09;>JoH6oH3hFo1K!w?4Flfs#I|CsM9!}kfF<#~h8nBV2{%`$vb_@+C)DSW=qeMSTB@kEsHzM~cz"
    r"8X6iJ8X6iJ8oz{cU)T9{)O26q`J<rP{jal1C9i*z{I@uSDLQ88!*md7sxvrS(f-"
    r"*8zw*XXYwY9wFJz3;>={gAO#GOvc>mHzohrVbHFpgEz7VQ({(L2V{^9w*0eYm+BL"
)


@pytest.fixture
def book(desk):
    """Write sheets of rows: name -> rows; ``hidden`` ones are hidden; ``merged`` are ranges."""

    def write(sheets, hidden=(), merged=()):
        with xlsxwriter.Workbook(desk.folder / "book.xlsx") as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
                for span in merged:
                    sheet.merge_range(*span)
                if name in hidden:
                    sheet.hide()
        return "data/book.xlsx"

    return write


def values(seen):
    return dict(zip(seen.table["area_code"], seen.table["value"], strict=True))


def ods(desk, tables):
    """Write an OpenDocument spreadsheet: name -> rows of (text, columns spanned, rows spanned)."""

    def cell(text, across=1, down=1):
        if text is None:
            return "<table:covered-table-cell/>"
        span = ""
        if across > 1 or down > 1:
            span = f" table:number-columns-spanned='{across}' table:number-rows-spanned='{down}'"
        kind = "float" if isinstance(text, int | float) else "string"
        number = f" office:value='{text}'" if kind == "float" else ""
        return (
            f"<table:table-cell office:value-type='{kind}'{number}{span}>"
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    body = ""
    for name, rows in tables.items():
        lines = "".join(
            "<table:table-row>"
            + "".join(cell(*item) if isinstance(item, tuple) else cell(item) for item in row)
            + "</table:table-row>"
            for row in rows
        )
        body += f"<table:table table:name='{name}'>{lines}</table:table>"
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(desk.folder / "book.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return "data/book.ods"


WARDS = [["WD25CD", "Cases"], ["E05990001", 12], ["E05990002", "[c]"]]


# ------------------------------------------------------------------------------------------ sheets


def test_a_sheet_is_chosen_by_name_or_by_its_number_among_those_shown(desk, book):
    other = [["WD25CD", "Cases"], ["E05990001", 99]]
    file = book({"Notes": [["x"]], "Secret": other, "Wards": WARDS}, hidden=["Secret"])
    for sheet in ("Wards", " wards", 2):
        seen = desk.ask("table", {"file": file, "sheet": sheet}, value="Cases")
        assert values(seen) == {"E05990001": 12.0}
    assert values(desk.ask("table", {"file": file, "sheet": "Secret"}, value="Cases")) == {
        "E05990001": 99.0
    }


def test_a_hidden_sheet_is_not_a_choice_to_make(desk, book):
    file = book({"Wards": WARDS, "Lists": [["a", "b"], ["c", "d"]]}, hidden=["Lists"])
    assert values(desk.ask("table", {"file": file}, value="Cases")) == {"E05990001": 12.0}


def test_a_sheet_called_by_a_year_is_found_by_the_year(desk, book):
    file = book({"2024": WARDS, "2025": [["WD25CD", "Cases"], ["E05990001", 13]]})
    seen = desk.ask("table", {"file": file, "sheet": 2025}, value="Cases")
    assert values(seen) == {"E05990001": 13.0}


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(desk, book):
    file = book({"Wards": WARDS, "Areas": WARDS})
    told = desk.refused("table", {"file": file, "sheet": "Ward"}, value="Cases")
    assert "no sheet 'Ward'; allowed: sheets Wards, Areas; did you mean 'Wards'" in told
    told = desk.refused("table", {"file": file, "sheet": 3}, value="Cases")
    assert "no sheet number 3; allowed: 1 to 2" in told
    assert "name one with sheet: Wards, Areas" in desk.refused("table", {"file": file}, value="n")


def test_titles_above_and_notes_below_a_short_table_are_no_part_of_it(desk, book, balanced):
    rows = [["Table 1: invented [note 1]"], ["One table."], [], *WARDS, []]
    rows += [[f"Note {number}: a long explanation."] for number in range(1, 12)]
    seen = desk.ask("table", {"file": book({"Wards": rows})}, value="Cases")
    assert values(seen) == {"E05990001": 12.0}
    assert balanced(seen) == {"suppressed": 1, "no area code": 11}
    assert seen.table["row"].tolist() == [5]
    assert seen.withheld["area_code"].tolist() == ["E05990002"]


def test_an_excel_97_file_is_read(desk):
    file = desk.write("a.xls", zlib.decompress(base64.b85decode(XLS)))
    seen = desk.ask("table", {"file": file}, value="Cases")
    assert values(seen) == {"E05990001": 12.0}
    assert seen.table["row"].tolist() == [4]


# ----------------------------------------------------------------------------- headers of two rows

TWO = [
    ["Population by sex"],
    ["Area", "", "2021", "", "2022", "", "Both"],
    ["Code", "Name", "Men", "Women", "Men", "Women", ""],
    ["E05990001", "Abbey", 10, 11, 12, 13, 46],
    ["E05990002", "Beam", 20, 21, 22, 23, 86],
]
MERGED = [(1, 0, 1, 1, "Area"), (1, 2, 1, 3, "2021"), (1, 4, 1, 5, "2022"), (1, 6, 2, 6, "Both")]


@pytest.mark.parametrize("form", ["merged", "csv"])
def test_a_header_of_two_rows_names_each_column_by_both(desk, book, form):
    if form == "csv":
        text = "\n".join(",".join(str(cell) for cell in row) for row in TWO)
        file = desk.write("a.csv", text)
    else:
        file = book({"Wards": TWO}, merged=MERGED)
    source = {"file": file, "header": 2, "header_rows": 2}
    assert values(desk.ask("table", source, value="2022 Women")) == {
        "E05990001": 13.0, "E05990002": 23.0,
    }  # fmt: skip
    assert values(desk.ask("table", source, value="Both"))["E05990002"] == 86.0
    seen = desk.ask("table", source, value="{period} Men")
    assert seen.table["period"].tolist() == ["2021", "2021", "2022", "2022"]
    assert seen.table["value"].tolist() == [10.0, 20.0, 12.0, 22.0]
    assert seen.ledger.rows_in == 4


def test_where_cells_are_merged_a_label_goes_no_further_than_they_do(desk, book):
    rows = [["", "2021", "", ""], ["Code", "Men", "Women", "Change"], ["E05990001", 1, 2, 3]]
    file = book({"Wards": rows}, merged=[(0, 1, 0, 2, "2021")])
    source = {"file": file, "header": 1, "header_rows": 2}
    assert values(desk.ask("table", source, value="Change")) == {"E05990001": 3.0}
    assert values(desk.ask("table", source, value="2021 Women")) == {"E05990001": 2.0}


def test_an_open_document_with_a_header_of_two_rows_is_read(desk):
    rows = [
        [("Area code", 1, 2), ("2021", 2, 1), None],
        [None, "Men", "Women"],
        ["W01990001", 5, 6],
    ]
    file = ods(desk, {"Ranks": rows, "Notes": [["nothing"]]})
    source = {"file": file, "sheet": "Ranks", "header": 1, "header_rows": 2}
    assert values(desk.ask("table", source, value="2021 Women")) == {"W01990001": 6.0}
    assert values(desk.ask("table", source | {"sheet": 1}, value="2021 Men")) == {"W01990001": 5.0}


def test_a_header_of_two_rows_says_where_it_begins(desk, book):
    file = book({"Wards": TWO}, merged=MERGED)
    told = desk.refused("table", {"file": file, "header_rows": 2}, value="Both")
    assert "a header of 2 rows, and no row where it begins; allowed: header: the first" in told
    source = {"file": file, "header": 5, "header_rows": 2}
    assert "no row 6; allowed: rows 1 to 5" in desk.refused("table", source, value="Both")


# ------------------------------------------------------------------------------------------ markers


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Cases [note 1]", "Cases"), ("Rate [r]", "rate"), ("Value (p)", "Value"),
     ("Total [1, 2]", "Total"), ("Total", "Total [3]"), ("Area  code [notes 1, 2]", "Area code")],
)  # fmt: skip
def test_a_marker_at_the_end_of_a_header_does_not_hide_it(name, wanted):
    assert find_column(["Other", name], wanted) == name


@pytest.mark.parametrize(
    "name", ["LSOA code (2021)", "Rate (aged 65)", "Cases [2021]", "Index (men)"]
)
def test_what_is_no_marker_stays_part_of_the_name(name):
    assert find_column([name], name.split(" (")[0].split(" [")[0]) is None


def test_two_columns_that_differ_by_their_marker_are_not_mixed_up():
    names = ["Rate [1]", "Rate [2]"]
    assert find_column(names, "Rate") is None
    assert find_column(names, "Rate [2]") == "Rate [2]"


def test_an_edition_and_a_period_are_read_before_a_marker():
    assert edition_of("LSOA code (2021) [note 1]") == "lsoa21"
    assert period_columns(["n 2023 [r]", "n 2024 [p]"], "n {period}", ()) == {
        "2023": "n 2023 [r]", "2024": "n 2024 [p]",
    }  # fmt: skip


def test_codes_and_figures_with_markers_are_read(desk, balanced):
    text = "WD25CD [note 1],n [p]\nE05990001 [2],12.3 [r]\nE05990002,[c]\nE05990003 (b),45 (p)\n"
    seen = desk.ask("table", {"file": desk.write("a.csv", text)}, value="n")
    assert values(seen) == {"E05990001": 12.3, "E05990003": 45.0}
    assert seen.geography == "wd25"
    assert balanced(seen) == {"suppressed": 1}
    assert seen.ledger.notes == {"figures marked [r]": 1, "figures marked [p]": 1}


# ------------------------------------------------------------------------- properties of a map

NAMES = "LAD22CD,LAD22NM\nE09990001,Aldermarsh and Brook\nE09990002,Crane\nE09990003,Dale\n"


def features(*properties):
    shape = {"type": "Point", "coordinates": [0.1, 51.5]}
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": item, "geometry": shape} for item in properties
            ],
        }
    )


def test_the_properties_of_a_geojson_are_a_table(desk):
    text = features({"LAD22CD": "E09990001", "n": 75.25}, {"LAD22CD": "E09990002", "n": None})
    seen = desk.ask("table", {"file": desk.write("a.geojson", text)}, value="n")
    assert values(seen) == {"E09990001": 75.25}
    assert (seen.geography, seen.ledger.rejected) == ("lad22", {"blank": 1})


def test_one_layer_of_a_geopackage_is_a_table(desk):
    for layer, value in (("wards", 4), ("other", 5)):
        frame = gpd.GeoDataFrame(
            {"WD25CD": ["E05990001"], "n": [value]}, geometry=[shapely.Point(1, 1)], crs=27700
        )
        frame.to_file(desk.folder / "a.gpkg", layer=layer, driver="GPKG")
    source = {"file": "data/a.gpkg", "layer": "wards"}
    assert values(desk.ask("table", source, value="n")) == {"E05990001": 4.0}
    assert "name one with layer" in desk.refused("table", {"file": "data/a.gpkg"}, value="n")


def test_areas_known_by_name_are_given_their_codes(desk, balanced):
    text = features(
        {"NAME": "ALDERMARSH & BROOK", "spi": 61.5}, {"NAME": "CRANE", "spi": 40},
        {"NAME": "ELM", "spi": 1},
    )  # fmt: skip
    desk.write("lads.csv", NAMES)
    source = {"file": desk.write("a.geojson", text), "area": "NAME", "names": "data/lads.csv"}
    seen = desk.ask("table", source, value="spi")
    assert values(seen) == {"E09990001": 61.5, "E09990002": 40.0}
    assert seen.geography == "lad22"
    assert balanced(seen) == {"no area of this name": 1}
    assert [item.label for item in seen.sources] == ["data/a.geojson", "data/lads.csv"]


def test_a_name_that_two_areas_have_is_no_name(desk, balanced):
    desk.write("wards.csv", "WD25CD,WD25NM\nE05990001,Abbey\nE05990002,Abbey\nE05990003,Beam\n")
    file = desk.write("a.csv", "ward,n\nAbbey,1\nBeam,2\n")
    seen = desk.ask("table", {"file": file, "area": "ward", "names": "data/wards.csv"}, value="n")
    assert values(seen) == {"E05990003": 2.0}
    assert seen.ledger.notes["area names that several areas have, not used"] == 1


def test_the_columns_of_codes_and_names_can_be_said(desk):
    desk.write("both.csv", "LAD22CD,welsh,english\nW06990001,Brynmarsh,Marsh Hill\n")
    file = desk.write("a.csv", "where,n\nMARSH HILL,3\n")
    source = {"file": file, "area": "where", "names": "data/both.csv"}
    seen = desk.ask("table", source | {"name_columns": ["LAD22CD", "english"]}, value="n")
    assert (values(seen), seen.geography) == ({"W06990001": 3.0}, "lad22")
    assert "source.name_columns: found no column 'LAD22NM'" in desk.refused(
        "table", source, value="n"
    )


def test_names_that_fit_nothing_are_told(desk):
    desk.write("lads.csv", NAMES)
    source = {"file": desk.write("a.csv", "ward,n\nX,1\n"), "names": "data/lads.csv"}
    told = desk.refused("table", source | {"area": "ward"}, value="n")
    assert "names such as 'X'; allowed: such as aldermarsh and brook" in told
    assert "source.area" in desk.refused("table", source, value="n")
    wrong = source | {"area": "ward", "name_columns": ["LAD23CD", "LAD22NM"]}
    assert "no column 'LAD23CD'" in desk.refused("table", wrong, value="n")


def test_points_and_deprivation_take_a_sheet_by_its_number_too(desk, book):
    points = [["easting", "northing", "n"], [540_000, 180_000, 6]]
    lsoas = [["LSOA code (2021)", "Income Score (rate)"], ["E01990001", 0.25]]
    file = book({"Cover": [["words"]], "Points": points, "Scores": lsoas})
    assert desk.ask("points", {"file": file, "sheet": 2}, value="n").table["value"].tolist() == [6]
    source = {"file": file, "sheet": 3, "measure": "income_score"}
    assert values(desk.ask("deprivation", source)) == {"E01990001": 0.25}
