"""Palettes: told apart by everyone."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from placedata.errors import ConfigError
from placedata.maps import palettes

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
MACHADO = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868],
                            [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968],
                              [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779],
                            [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
SRGB_TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375],
                        [0.2126729, 0.7151522, 0.0721750],
                        [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
ALL = [
    *[palettes.sequential(k) for k in range(2, 10)],
    *[palettes.sequential(k, name="cividis") for k in range(2, 9)],
    *[palettes.diverging(k) for k in range(2, 10)],
]


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str, sight: str) -> np.ndarray:
    seen = np.clip(MACHADO[sight] @ linear(colour), 0, 1)
    xyz = SRGB_TO_XYZ @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ratio(one: str, other: str) -> float:
    light = [0.05 + float(SRGB_TO_XYZ[1] @ linear(colour)) for colour in (one, other)]
    return max(light) / min(light)


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("palette", ALL, ids=lambda p: f"{p.name}-{p.k}")
def test_any_two_classes_are_apart_for_every_colour_vision(palette, sight):
    labs = [lab(colour, sight) for colour in palette.colours]
    assert min(np.linalg.norm(a - b) for a, b in combinations(labs, 2)) >= 8


@pytest.mark.parametrize("palette", ALL, ids=lambda p: f"{p.name}-{p.k}")
def test_the_class_number_is_readable_on_every_colour(palette):
    assert all(
        ratio(ink, colour) >= 4.5 for ink, colour in zip(palette.inks, palette.colours, strict=True)
    )


@pytest.mark.parametrize(("name", "least"), [("viridis", 1.6), ("cividis", 1.7)])
def test_five_neighbouring_classes_differ_in_contrast_as_documented(name, least):
    # No ramp of five reaches 3 to 1: hence outlines and class numbers.
    colours = palettes.sequential(5, name=name).colours
    steps = [ratio(a, b) for a, b in pairwise(colours)]
    assert min(steps) >= least
    assert max(steps) < 3


@pytest.mark.parametrize("palette", ALL, ids=lambda p: f"{p.name}-{p.k}")
def test_a_dark_line_cased_in_white_is_seen_on_every_colour(palette):
    lines = ("#0b0c0c", "#ffffff")
    assert all(max(ratio(line, c) for line in lines) >= 3 for c in palette.colours)


def test_the_dark_end_is_the_worse_end():
    good_high = palettes.sequential(5, polarity="higher_is_better")
    good_low = palettes.sequential(5, polarity="lower_is_better")
    assert ratio(good_high.colours[0], "#ffffff") > ratio(good_high.colours[-1], "#ffffff")
    assert good_low.colours == good_high.colours[::-1]
    assert good_low.note == "Darker is worse."
    assert palettes.sequential(5).note == "Darker is more."


def test_diverging_is_light_in_the_middle_and_orange_on_the_worse_side():
    low = palettes.diverging(5, polarity="lower_is_better").colours
    assert ratio(low[2], "#ffffff") < 1.2
    red, _, blue = linear(low[-1])
    assert red > blue
    assert palettes.diverging(5, polarity="higher_is_better").colours == low[::-1]


@pytest.mark.parametrize("sight", MACHADO)
def test_the_two_ends_of_a_palette_are_far_apart_for_every_colour_vision(sight):
    for palette in ALL:
        ends = [lab(palette.colours[i], sight) for i in (0, -1)]
        assert np.linalg.norm(ends[0] - ends[1]) > 40


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: palettes.sequential(0), "found 0"),
        (lambda: palettes.diverging(10), "found 10"),
        (lambda: palettes.sequential(9, name="cividis"), "1 to 8"),
        (lambda: palettes.sequential(5, name="jet"), "jet"),
    ],
)
def test_a_palette_that_cannot_be_is_refused_with_the_value(call, told):
    with pytest.raises(ConfigError, match=told):
        call()


@pytest.mark.parametrize("sight", MACHADO)
def test_up_to_seven_classes_are_apart_where_a_background_map_shines_through(sight):
    for palette in (item for item in ALL if item.k <= 7):
        labs = [lab(colour, sight) for colour in palettes.paler(palette).colours]
        assert min(np.linalg.norm(a - b) for a, b in combinations(labs, 2)) >= 8, palette.name
