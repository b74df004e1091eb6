"""Loader ``raster``: bands, formulas, masks and windows of large files."""

from __future__ import annotations

import numpy as np
import pytest

from placedata.errors import DataError
from placedata.files.band_maths import computed
from placedata.files.rasters import read_raster

RED = [[0.1, 0.2], [0.3, 0.0]]
NIR = [[0.5, 0.2], [0.1, 0.0]]
#: Classes of the scene: vegetation, cloud, water, vegetation.
SCENE = [[4, 9], [6, 4]]
NDVI = "(nir - red) / (nir + red)"


def tif(path, bands, *, corner=(540_000, 180_100), size=50, **options):
    import rasterio
    from affine import Affine

    cells = np.array(bands, dtype=options.pop("dtype", "float32"))
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[1], width=cells.shape[2], count=len(cells),
        dtype=cells.dtype, crs="EPSG:27700", transform=Affine(size, 0, corner[0], 0, -size,
        corner[1]), **options,
    ) as data:  # fmt: skip
        data.write(cells)


def source(**more):
    return {
        "file": "data/a.tif",
        "bands": {"red": 1, "nir": 2, "scene": 3},
        "formula": NDVI,
        **more,
    }


@pytest.fixture
def scene(desk):
    tif(desk.folder / "a.tif", [RED, NIR, SCENE])
    return desk


def test_a_formula_of_named_bands_is_that_by_hand(scene, balanced):
    seen = scene.ask("raster", source())
    nan = np.nan  # 0 / 0 has no answer
    expected = [[0.4 / 0.6, 0.0], [-0.2 / 0.4, nan]]
    np.testing.assert_allclose(seen.rasters[""].values, expected, rtol=1e-6)
    assert balanced(seen) == {"the formula has no answer": 1}


def test_clouds_are_left_out_by_class_and_counted(scene, balanced):
    seen = scene.ask("raster", source(mask={"band": "scene", "values": [8, 9]}))
    assert np.isnan(seen.rasters[""].values).tolist() == [[False, True], [False, True]]
    assert balanced(seen) == {"masked": 1, "the formula has no answer": 1}


def test_clouds_are_left_out_by_bit(scene, balanced):
    # 9 is bits 0 and 3, 6 is bits 1 and 2, 4 is bit 2.
    seen = scene.ask("raster", source(mask={"band": "scene", "bits": [3, 1]}))
    assert np.isnan(seen.rasters[""].values).tolist() == [[False, True], [True, True]]
    assert balanced(seen)["masked"] == 2


def test_a_cell_without_a_class_is_not_taken_for_clear(desk, balanced):
    tif(desk.folder / "a.tif", [RED, NIR, [[4, -1], [4, 4]]], nodata=-1)
    seen = desk.ask("raster", source(mask={"band": "scene", "values": [9]}))
    assert np.isnan(seen.rasters[""].values[0, 1])
    assert balanced(seen)["nodata"] == 1


def test_bands_may_be_files_of_their_own(desk, balanced):
    tif(desk.folder / "B04.tif", [RED])
    tif(desk.folder / "B08.tif", [NIR])
    asked = {"file": "data/B04.tif", "bands": {"red": 1, "nir": "data/B08.tif"}, "formula": NDVI}
    seen = desk.ask("raster", asked)
    assert seen.rasters[""].values[0, 0] == pytest.approx(0.4 / 0.6)
    assert sorted(file.label for file in seen.sources) == ["data/B04.tif", "data/B08.tif"]
    tif(desk.folder / "B08.tif", [np.zeros((4, 4))], size=25)
    assert "bands of one grid: (2, 2) cells, 50 wide" in desk.refused("raster", asked)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("2.5 * (nir - red) / (nir + 6 * red + 1)", 2.5 * 0.3 / (0.5 + 1.2 + 1)),
        ("-red ** 2 + abs(red - nir)", -0.04 + 0.3),
        ("sqrt(nir) * log(exp(red))", 0.5**0.5 * 0.2),
        ("minimum(red, nir) - maximum(red, nir)", -0.3),
    ],
)
def test_formulas_are_those_of_python(formula, value):
    bands = {"red": np.array([[0.2]]), "nir": np.array([[0.5]])}
    assert computed(formula, bands)[0, 0] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("nri - red", "a band 'nri'"),
        ("__import__('os').system('true')", "__import__"),
        ("red.__class__", "red.__class__"),
        ("[red for red in (1, 2)]", "for red in"),
        ("red if nir else 1", "red if nir"),
        ("'red'", "'red'"),
        ("open(red)", "open(red)"),
        ("abs(red, nir)", "abs(red, nir)"),
        ("red +", "a formula"),
        ("True", "True"),
        ("1j * red", "1j"),
        ("+".join(["red"] * 200), "characters"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_part_at_fault(formula, told):
    with pytest.raises(DataError, match="formula of bands") as error:
        computed(formula, {"red": np.ones((1, 1)), "nir": np.ones((1, 1))})
    assert told in str(error.value.problems[0])


def test_bands_without_a_formula_and_masks_without_their_band_are_mistakes(desk):
    tif(desk.folder / "a.tif", [RED, NIR, SCENE])
    with pytest.raises(ValueError, match="bands together with formula"):
        desk.ask("raster", {"file": "data/a.tif", "bands": {"red": 1}})
    with pytest.raises(ValueError, match=r"mask\.band: one of bands \(red, nir, scene\)"):
        desk.ask("raster", source(mask={"band": "cloud", "values": [1]}))
    with pytest.raises(ValueError, match="a band 'blue'"):
        desk.ask("raster", source(formula="blue - red"))


@pytest.fixture
def large(tmp_path):
    """A tiled file of 4,096 × 4,096 cells of 10 m whose values are their own numbers."""
    path = tmp_path / "large.tif"
    cells = np.arange(4096 * 4096, dtype="float64").reshape(1, 4096, 4096)
    tif(
        path, cells, corner=(540_000, 200_000), size=10, tiled=True, blockxsize=256, blockysize=256,
        compress="deflate", dtype="float64",
    )  # fmt: skip
    return path


def test_only_the_blocks_that_hold_the_place_are_read(large):
    import rasterio

    # One kilometre and a half: rows and columns 1,000 to 1,149, in blocks 3 and 4 of each way.
    bounds = (550_000, 188_500, 551_500, 190_000)
    with rasterio.open(large) as data:
        needed = {(row, column) for row in (3, 4) for column in (3, 4)}
        places = []
        for (row, column), _ in data.block_windows(1):
            where = data.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=1)
            if (row, column) not in needed:
                places.append(int(where))
    with large.open("r+b") as file:
        for place in places:  # every other block is spoilt
            file.seek(place)
            file.write(b"\xff" * 64)
    grid = read_raster(large, bounds=bounds)
    assert grid.values.shape == (150, 150)
    assert grid.values[0, 0] == 1000 * 4096 + 1000
    assert grid.transform == (10, 0, 550_000, 0, -10, 190_000)
    assert grid.cells == 4096 * 4096
    with pytest.raises(DataError, match="raster cannot be read"):
        read_raster(large, bounds=(540_000, 188_500, 551_500, 190_000))


def test_a_file_far_larger_than_the_most_cells_is_read_where_the_place_is(tmp_path):
    import rasterio
    from affine import Affine
    from rasterio.windows import Window

    path = tmp_path / "sparse.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=300_000, width=300_000, count=1, dtype="int16",
        crs="EPSG:27700", transform=Affine(2, 0, 100_000, 0, -2, 700_000), tiled=True,
        blockxsize=512, blockysize=512, sparse_ok=True, bigtiff="yes", nodata=-1,
    ) as data:  # fmt: skip
        data.write(np.full((1, 2, 2), 7, "int16"), window=Window(220_000, 260_000, 2, 2))
    grid = read_raster(path, bounds=(539_998, 179_994, 540_006, 180_002))
    assert grid.values.shape == (4, 4)
    assert np.nansum(grid.values) == 28
    with pytest.raises(DataError, match="raster cannot be read") as error:
        read_raster(path)
    assert "90,000,000,000 cells" in str(error.value.problems[0])


def test_a_window_in_degrees_holds_the_place(tmp_path):
    import rasterio
    from affine import Affine

    path = tmp_path / "degrees.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=1000, width=1000, count=1, dtype="float32",
        crs="EPSG:4326", transform=Affine(0.001, 0, 0, 0, -0.001, 52),
    ) as data:  # fmt: skip
        data.write(np.ones((1, 1000, 1000), "float32"))
    grid = read_raster(path, bounds=(540_000, 180_000, 542_000, 182_000))
    # 2 km are 0.029° of longitude and 0.018° of latitude here, with a cell or two around.
    assert grid.values.shape[0] in range(18, 23)
    assert grid.values.shape[1] in range(29, 34)


def test_a_raster_of_somewhere_else_is_refused_with_where_the_place_is(scene):
    told = scene.refused("raster", {"file": "data/a.tif"}, bounds=(0, 0, 1000, 2000))
    assert "no cell in or near the place" in told
    assert "0 to 1,000 east, 0 to 2,000 north" in told
