"""A map in the background: where its pixels lie, what is read, and what is refused."""

from __future__ import annotations

import io
import math
import sqlite3

import numpy as np
import pytest

from placedata.errors import DataError
from placedata.maps.background import Background

Image = pytest.importorskip("PIL.Image")
#: The place, EPSG:27700: in the middle of the sheet below.
PLACE = (545_000.0, 175_000.0, 555_000.0, 185_000.0)
HALF = math.pi * 6_378_137
#: Blocks of 1 km, 20 by 20, each with its own grey from 60 to 250.
BLOCKS = np.random.default_rng(1).integers(60, 251, (20, 20)).astype("uint8")


def geotiff(path, bands, *, west=540_000, north=190_000, step=25.0, crs="EPSG:27700", **options):
    """Write bands, shape (bands, rows, columns), north-west corner at (west, north)."""
    import rasterio
    from affine import Affine

    colours = options.pop("colours", None)
    overviews = options.pop("overviews", ())
    transform = options.pop("transform", Affine(step, 0, west, 0, -step, north))
    bands = np.asarray(bands)
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2]}
    with rasterio.open(
        path, "w", driver="GTiff", dtype=bands.dtype.name, crs=crs, transform=transform,
        tiled=True, compress="lzw", **shape, **options,
    ) as made:  # fmt: skip
        made.write(bands)
        if colours:
            made.write_colormap(1, colours)
        if overviews:
            made.build_overviews(list(overviews))
    return path


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """20 km by 20 km in red, green and blue, 25 m pixels."""
    grey = np.kron(BLOCKS, np.ones((40, 40), "uint8"))
    return geotiff(tmp_path_factory.mktemp("sheet") / "base.tif", [grey, grey, grey])


def tile_of(x, y, z):
    """Return the tile that holds a point of EPSG:27700, and the pixel in it (column, row)."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(27700, 3857, always_xy=True).transform(x, y)
    size = 2 * HALF / 2**z
    column, row = (east + HALF) / size, (HALF - north) / size
    inside = (int(column % 1 * 256), int(row % 1 * 256))
    return int(column), int(row), inside


def pixels(picture):
    """Return grey and alpha of a picture."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("LA")).astype(int)


@pytest.mark.parametrize("z", [10, 11, 12])
def test_the_middle_of_each_block_of_a_british_grid_has_its_grey_in_a_web_tile(sheet, z):
    opened = Background([("data/base.tif", sheet)], PLACE)
    for row, column in ((3, 4), (9, 10), (16, 15)):
        x, y = 540_500 + 1000 * column, 189_500 - 1000 * row
        across, down, (u, v) = tile_of(x, y, z)
        made, kind = opened.tile(z, across, down)
        assert kind == "image/png"
        assert pixels(made)[v, u] == pytest.approx([BLOCKS[row, column], 255], abs=1)


def test_a_tile_is_what_gdal_makes_of_the_same_file(sheet):
    import rasterio
    from affine import Affine
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    z = 12
    across, down, _ = tile_of(550_000, 180_000, z)
    size = 2 * HALF / 2**z
    corner = Affine(size / 256, 0, across * size - HALF, 0, -size / 256, HALF - down * size)
    with (
        rasterio.open(sheet) as file,
        WarpedVRT(
            file, crs="EPSG:3857", transform=corner, width=256, height=256,
            resampling=Resampling.bilinear,
        ) as warped,
    ):  # fmt: skip
        theirs = warped.read(1).astype(int)
    ours = pixels(Background([("data/base.tif", sheet)], PLACE).tile(z, across, down)[0])
    # at the edges of blocks the two mix pixels of the sheet a little otherwise
    assert np.mean(np.abs(ours[..., 0] - theirs) <= 2) > 0.98


def test_beyond_the_sheet_there_is_nothing_and_its_edge_is_see_through(sheet):
    opened = Background([("data/base.tif", sheet)], PLACE)
    assert opened.tile(12, *tile_of(500_000, 180_000, 12)[:2]) is None
    assert opened.tile(3, 4, 2) is None  # the place would be a dot
    across, down, (u, v) = tile_of(539_500, 180_500, 12)
    edge = pixels(opened.tile(12, across, down)[0])
    assert edge[v, u, 1] == 0
    across, down, (u, v) = tile_of(540_500, 180_500, 12)
    assert pixels(opened.tile(12, across, down)[0])[v, u, 1] == 255


def test_sheets_side_by_side_have_no_seam_and_those_of_elsewhere_are_left_out(tmp_path):
    flat = np.full((1, 400, 400), 90, "uint8")
    places = {"a": (540_000, 185_000), "b": (550_000, 185_000), "far": (100_000, 900_000)}
    files = [
        (f"data/{name}.tif", geotiff(tmp_path / f"{name}.tif", flat, west=west, north=north))
        for name, (west, north) in places.items()
    ]
    opened = Background(files, PLACE)
    assert [item.path.stem for item in opened.opened] == ["a", "b"]
    for z in (10, 12):
        across, down, (u, v) = tile_of(550_000, 180_000, z)
        near = pixels(opened.tile(z, across, down)[0])[max(0, v - 8) : v + 8, max(0, u - 8) : u + 8]
        assert set(map(tuple, near.reshape(-1, 2))) == {(90, 255)}


def test_a_palette_is_drawn_in_the_grey_of_its_colours_from_overviews_too(tmp_path):
    cells = np.zeros((1, 800, 800), "uint8")
    cells[:, :, 400:] = 1
    red, blue = (200, 40, 40, 255), (120, 180, 240, 255)
    path = geotiff(
        tmp_path / "p.tif", cells, overviews=(2, 4, 8), colours={0: red, 1: blue},
        photometric="palette",
    )  # fmt: skip
    opened = Background([("data/p.tif", path)], PLACE)
    for z in (10, 12):
        for x, (r, g, b, _) in ((546_000, red), (554_000, blue)):
            across, down, (u, v) = tile_of(x, 180_000, z)
            found = pixels(opened.tile(z, across, down)[0])[v, u, 0]
            assert found == pytest.approx(0.299 * r + 0.587 * g + 0.114 * b, abs=1)


def test_where_a_mask_inside_the_file_says_nothing_the_map_says_nothing(tmp_path):
    import rasterio

    path = geotiff(tmp_path / "m.tif", np.full((3, 800, 800), 90, "uint8"))
    with rasterio.open(path, "r+") as file:
        file.write_mask(np.repeat([[False, True]], 400, axis=1).repeat(800, axis=0))
    opened = Background([("data/m.tif", path)], PLACE)
    for x, seen in ((546_000, 0), (554_000, 255)):
        across, down, (u, v) = tile_of(x, 180_000, 12)
        found = opened.tile(12, across, down)
        assert (pixels(found[0])[v, u, 1] if found else 0) == seen


def test_a_file_without_a_place_of_its_own_is_laid_by_its_world_file(tmp_path):
    from affine import Affine

    plain = {"crs": None, "transform": Affine.identity()}
    with pytest.warns(Warning, match="no geotransform"):
        path = geotiff(tmp_path / "w.tif", np.full((1, 800, 800), 77, "uint8"), **plain)
    files = [("data/w.tif", path)]
    with pytest.raises(DataError, match="without a place"):
        Background(files, PLACE, "EPSG:27700")
    (tmp_path / "w.tfw").write_text("25\n0\n0\n-25\n540012.5\n189987.5\n")
    with pytest.raises(DataError, match=r"a file without a CRS; allowed: .*basemap\.crs"):
        Background(files, PLACE)
    opened = Background(files, PLACE, "EPSG:27700")
    assert opened.opened[0].bounds == (540_000, 170_000, 560_000, 190_000)


def png_of(colour):
    made = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(made, "PNG")
    return made.getvalue()


def mbtiles(path, tiles, form="png"):
    """Write tiles, (z, x, y counted from the north) -> bytes."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
        )
        said = {"format": form, "bounds": "-0.2,51.3,0.4,51.7"}
        if len(tiles) > 1:
            said |= {"minzoom": "10", "maxzoom": "10"}
        file.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        rows = [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()]
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    file.close()
    return path


def pmtiles(path, tiles, kind, said=None):
    writer = pytest.importorskip("pmtiles.writer")
    from pmtiles.tile import Compression, zxy_to_tileid

    zooms = [z for z, _, _ in tiles]
    with writer.write(str(path)) as file:
        for at in sorted(tiles, key=lambda key: zxy_to_tileid(*key)):
            file.write_tile(zxy_to_tileid(*at), tiles[at])
        edges = {"min_lon_e7": -2_000_000, "min_lat_e7": 513_000_000}
        edges |= {"max_lon_e7": 4_000_000, "max_lat_e7": 517_000_000, "tile_type": kind}
        edges |= {"tile_compression": Compression.NONE, "center_zoom": 10, "center_lon_e7": 0}
        edges |= {"min_zoom": min(zooms), "max_zoom": max(zooms), "center_lat_e7": 515_000_000}
        file.finalize(edges, said or {})
    return path


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_tiles_in_one_file_are_given_as_they_are_and_drawn_in_pictures(tmp_path, kind):
    # two tiles of zoom 10, side by side, meet a little east of Greenwich; both hold the place
    greys = {(10, 511, 340): 80, (10, 512, 340): 160, (10, 511, 341): 80, (10, 512, 341): 160}
    tiles = {at: png_of((grey,) * 3) for at, grey in greys.items()}
    path = tmp_path / f"base.{kind}"
    if kind == "mbtiles":
        mbtiles(path, tiles)
    else:
        enum = pytest.importorskip("pmtiles.tile").TileType
        pmtiles(path, tiles, enum.PNG)
    place = (530_000.0, 175_000.0, 545_000.0, 185_000.0)
    opened = Background([("data/base", path)], place)
    assert opened.zooms == (10, 10)
    for at, picture in tiles.items():
        assert opened.tile(*at) == (picture, "image/png")
    assert opened.tile(10, 500, 340) is None
    drawn = pixels(opened.picture(place, 300))
    # the prime meridian is at 538,890 east on the middle of the picture
    for x, grey in ((533_000, 80), (537_500, 80), (540_300, 160), (544_500, 160)):
        assert drawn[100, round((x - 530_000) / 50), 0] == grey


def vector_pmtiles(folder):
    enum = pytest.importorskip("pmtiles.tile").TileType
    said = {"vector_layers": [{"id": "pois"}, {"id": "places"}]}
    return pmtiles(folder / "b.pmtiles", {(10, 511, 340): b"\x1a\x00"}, enum.MVT, said)


def hostile(folder, name="b.tif"):
    path = folder / name
    path.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')
    return path


FLAT = np.full((1, 40, 40), 90, "uint8")
REFUSED = {
    "vector tiles with the layers none that are named": lambda f: mbtiles(
        f / "b.mbtiles", {(10, 511, 340): b"\x1f\x8b"}, "pbf"
    ),
    "vector tiles with the layers pois, places; allowed: one or more of .*water": vector_pmtiles,
    "MBTiles without a tile": lambda f: mbtiles(f / "b.mbtiles", {}),
    "bytes of another kind of file": hostile,
    r"\.tif, \.tiff, \.mbtiles, \.pmtiles": lambda f: hostile(f, "b.vrt"),
    "1 bands of uint16": lambda f: geotiff(f / "b.tif", FLAT.astype("uint16")),
    "a map of elsewhere; allowed: a map that touches 545,000": lambda f: geotiff(
        f / "b.tif", FLAT, west=100_000
    ),
    "100 million pixels without overviews; allowed: .*rio overview": lambda f: geotiff(
        f / "b.tif", np.zeros((1, 10_000, 10_000), "uint8"), step=1.0, west=545_000, north=185_000
    ),
}


@pytest.mark.parametrize("told", REFUSED)
def test_what_cannot_be_drawn_is_refused_with_what_could(tmp_path, told):
    path = REFUSED[told](tmp_path)
    with pytest.raises(DataError, match=told):
        Background([("data/b", path)], PLACE)


def test_a_sheet_that_is_cut_short_while_it_is_served_is_told_and_is_no_crash(tmp_path):
    path = geotiff(tmp_path / "b.tif", BLOCKS.repeat(40, 0).repeat(40, 1)[None])
    opened = Background([("data/b.tif", path)], PLACE)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match="a damaged file"):
        opened.tile(12, *tile_of(550_000, 180_000, 12)[:2])


def test_every_sheet_that_is_wrong_is_told_at_once(tmp_path):
    files = [(f"data/{at}.tif", hostile(tmp_path, f"{at}.tif")) for at in "ab"]
    with pytest.raises(DataError) as told:
        Background(files, PLACE)
    assert [item.file for item in told.value.problems] == ["data/a.tif", "data/b.tif"]
