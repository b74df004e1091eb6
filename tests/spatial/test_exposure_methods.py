"""Inverse distance, kriging, the jackknife and what a figure must rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from shapely import box

from placedata.errors import DataError
from placedata.spatial.exposure import Interpolation, Rule, exposed
from placedata.spatial.weighted import weight_points

FAR = Rule(farthest=1e9)


def sensors(*rows):
    return pd.DataFrame(rows, columns=["thing", "x", "y", "value"])


@pytest.fixture(scope="module")
def wards(make_areas):
    return make_areas({"A": box(0, 0, 1000, 1000), "B": box(1000, 0, 2000, 1000)})


@pytest.fixture(scope="module")
def town(wards):
    """Thirty sensors on a smooth field with noise, and 150 weighted points in two wards."""
    rng = np.random.default_rng(7)
    place = rng.uniform(-500, 2500, (30, 2))
    value = 20 + place[:, 0] / 150 + 4 * np.sin(place[:, 1] / 400) + rng.normal(0, 0.3, 30)
    things = pd.DataFrame({"thing": [f"s{n:02d}" for n in range(30)], "value": value})
    things["x"], things["y"] = place.T
    x, y = rng.uniform(0, 2000, 150), rng.uniform(0, 1000, 150)
    weight = rng.uniform(0.5, 4, 150)
    return things, weight_points(x, y, weight, wards)


def means(points, values):
    """Weighted means of point values by ward, by a loop."""
    out = []
    for ward in (0, 1):
        own = points.located.positions == ward
        out.append(np.average(values[own], weights=points.weight[own]))
    return np.array(out)


def idw_by_loop(things, points, power):
    above, below = np.zeros((2, len(points.x)))
    for row in things.itertuples():
        weight = 1 / np.hypot(row.x - points.x, row.y - points.y) ** power
        above, below = above + weight * row.value, below + weight
    return above / below


def kriged_by_solving(place, value, points, gamma):
    """Ordinary kriging: the bordered system solved for every point."""
    many = len(place)
    matrix = np.ones((many + 1, many + 1))
    matrix[:many, :many] = gamma(cdist(place, place))
    np.fill_diagonal(matrix, 0.0)
    right = np.ones((many + 1, len(points)))
    right[:many] = gamma(cdist(place, points))
    return np.linalg.solve(matrix, right)[:many].T @ value


def spherical(rise, reach, nugget):
    def gamma(away):
        part = np.minimum(away / reach, 1.0)
        return np.where(away > 0, nugget + rise * (1.5 * part - 0.5 * part**3), 0.0)

    return gamma


def test_inverse_distance_by_hand(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 400, 500, 40.0))
    points = weight_points([100], [500], None, wards)
    # 100 m and 300 m away: weights 1/100² and 1/300², nine to one.
    found = exposed(things, points, Interpolation("inverse_distance", power=2), FAR)
    assert found.by_area.table.loc["A", "value"] == pytest.approx(13.0, rel=1e-12)
    assert found.weights[0] == pytest.approx([0.9, 0.1])
    first = exposed(things, points, Interpolation("inverse_distance", power=1), FAR)
    assert first.by_area.table.loc["A", "value"] == pytest.approx(17.5, rel=1e-12)


def test_a_point_at_a_sensor_has_its_value(wards):
    things = sensors(("one", 100, 500, 10.0), ("two", 400, 500, 40.0))
    points = weight_points([100], [500], None, wards)
    found = exposed(things, points, Interpolation("inverse_distance"), FAR)
    assert found.by_area.table.loc["A", "value"] == pytest.approx(10.0, rel=1e-9)


@pytest.mark.parametrize("power", [1.0, 2.0, 3.5])
def test_inverse_distance_is_that_of_a_loop(town, power):
    things, points = town
    found = exposed(things, points, Interpolation("inverse_distance", power), FAR)
    expected = means(points, idw_by_loop(things, points, power))
    assert found.by_area.table["value"].to_numpy() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("method", ["nearest", "inverse_distance"])
def test_the_error_is_that_of_leaving_out_each_sensor_in_a_loop(town, method):
    things, points = town
    found = exposed(things, points, Interpolation(method), FAR).by_area.table
    without = []
    for n in range(len(things)):
        rest = things.drop(index=n)
        if method == "nearest":
            away = cdist(np.column_stack([points.x, points.y]), rest[["x", "y"]])
            values = rest["value"].to_numpy()[away.argmin(axis=1)]
        else:
            values = idw_by_loop(rest, points, 2.0)
        without.append(means(points, values))
    spread = np.array(without) - np.mean(without, axis=0)
    expected = np.sqrt(29 / 30 * (spread**2).sum(axis=0))
    assert found["standard_error"].to_numpy() == pytest.approx(expected, rel=1e-9)


def test_the_error_of_two_sensors_by_hand(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 1000, 500, 40.0))
    points = weight_points([100, 900], [500, 500], None, wards)
    found = exposed(things, points, Interpolation(), FAR).by_area.table
    # Without one: 40; without two: 10. Their mean is 25: the root of ½ (15² + 15²) is 15.
    assert found.loc["A", "standard_error"] == pytest.approx(15.0)
    lone = exposed(things[:1], points, Interpolation(), FAR).by_area.table
    assert np.isnan(lone.loc["A", "standard_error"])


@pytest.fixture(scope="module")
def kriged(town):
    things, points = town
    return exposed(things, points, Interpolation("kriging"), FAR)


def variogram_of(things):
    """The variogram as PyKrige fits it to all sensors: the one thing taken from the library."""
    from pykrige.ok import OrdinaryKriging

    place = things[["x", "y"]].to_numpy()
    order = np.lexsort(place.T[::-1])
    model = OrdinaryKriging(*place[order].T, things["value"].to_numpy()[order], "spherical")
    return spherical(*model.variogram_model_parameters)


def test_kriging_solves_the_kriging_equations(town, kriged):
    things, points = town
    place, value = things[["x", "y"]].to_numpy(), things["value"].to_numpy()
    gamma = variogram_of(things)
    at = np.column_stack([points.x, points.y])
    expected = means(points, kriged_by_solving(place, value, at, gamma))
    assert kriged.by_area.table["value"].to_numpy() == pytest.approx(expected, rel=1e-9)
    # What it says of each sensor's part adds up to the figure.
    assert kriged.weights @ value == pytest.approx(expected, rel=1e-9)
    assert kriged.weights.sum(axis=1) == pytest.approx([1, 1], abs=1e-9)


def test_kriging_error_is_that_of_solving_without_each_sensor(town, kriged):
    things, points = town
    gamma = variogram_of(things)
    at = np.column_stack([points.x, points.y])
    without = []
    for n in range(len(things)):
        rest = things.drop(index=n)
        value = rest["value"].to_numpy()
        estimate = kriged_by_solving(rest[["x", "y"]].to_numpy(), value, at, gamma)
        without.append(means(points, estimate))
    spread = np.array(without) - np.mean(without, axis=0)
    expected = np.sqrt(29 / 30 * (spread**2).sum(axis=0))
    found = kriged.by_area.table["standard_error"].to_numpy()
    assert found == pytest.approx(expected, rel=1e-6)


def test_kriging_finds_a_smooth_field_better_than_the_nearest_sensor(town, kriged):
    things, points = town
    field = 20 + points.x / 150 + 4 * np.sin(points.y / 400)
    truth = means(points, field)
    near = exposed(things, points, Interpolation(), FAR).by_area.table["value"].to_numpy()
    error = np.abs(kriged.by_area.table["value"].to_numpy() - truth)
    assert error.max() < 0.6
    assert (error < np.abs(near - truth)).all()


def test_too_few_sensors_are_not_kriged_without_a_word(town):
    things, points = town
    with pytest.raises(DataError, match="7 places with a sensor, and kriging needs at least 8"):
        exposed(things[:7], points, Interpolation("kriging"), FAR)
    told = Interpolation("kriging", otherwise="inverse_distance")
    found = exposed(things[:7], points, told, FAR)
    assert found.method == "inverse_distance"
    assert "no kriging, since 7 places with a sensor" in found.told[0]
    expected = means(points, idw_by_loop(things[:7], points, 2.0))
    assert found.by_area.table["value"].to_numpy() == pytest.approx(expected, rel=1e-10)


def test_sensors_without_a_pattern_are_not_kriged(town, wards):
    things, points = town
    with pytest.raises(DataError, match="all sensors have the same value"):
        exposed(things.assign(value=5.0), points, Interpolation("kriging"), FAR)
    # A chequered lattice: every neighbour is unlike, so that nearness tells the wrong thing.
    column, row = np.divmod(np.arange(30), 6)
    noise = things.assign(x=400.0 * column, y=200.0 * row, value=10.0 * ((row + column) % 2))
    with pytest.raises(DataError, match=r"kriging cannot be done: (?!all sensors)"):
        exposed(noise, points, Interpolation("kriging"), FAR)


def test_sensors_at_one_place_are_kriged_as_their_mean(town, kriged):
    things, points = town
    twin = things.iloc[[3]].assign(thing="twin")
    apart = pd.concat([things, twin.assign(value=twin["value"] + 2)], ignore_index=True)
    apart.loc[3, "value"] -= 2
    found = exposed(apart, points, Interpolation("kriging"), FAR)
    assert found.by_area.table["value"].to_numpy() == pytest.approx(
        kriged.by_area.table["value"].to_numpy(), rel=1e-9
    )
    assert "taken as one with their mean: 1" in found.told[1]


def test_an_area_far_from_every_sensor_has_no_figure_and_says_why(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 50, 500, 12.0))
    points = weight_points([100, 900, 1100, 1200], [500] * 4, None, wards)
    rule = Rule(farthest=500, least_share=0.5)
    found = exposed(things, points, Interpolation(), rule).by_area.table
    assert found.loc["A", ["value", "reason"]].tolist() == [12.0, ""]
    assert np.isnan(found.loc["B", "value"])
    assert np.isnan(found.loc["B", "standard_error"])
    assert found.loc["B", "reason"] == (
        "rests on too little: 0% of where people are lies within 500 m of a sensor, "
        "and 50% is needed"
    )
    strict = exposed(things, points, Interpolation(), Rule(farthest=500, least_share=0.6))
    assert strict.by_area.table.loc["A", "reason"].startswith("rests on too little: 50%")


def test_fewer_sensors_than_asked_for_are_too_little_everywhere(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 50, 500, np.nan))
    points = weight_points([100], [500], None, wards)
    found = exposed(things, points, Interpolation(), Rule(least_sensors=2)).by_area.table
    assert found.loc["A", "reason"] == (
        "rests on too little: 1 sensor with a value, and 2 are needed"
    )
    assert found.loc["B", "reason"] == ""  # nobody is there: simply missing
    assert found["value"].isna().all()


def test_what_is_told_of_nearness_is_by_weight(wards):
    things = sensors(("one", 0, 500, 10.0), ("two", 900, 500, 12.0))
    points = weight_points([300, 900], [500] * 2, [3, 1], wards)
    found = exposed(things, points, Interpolation(), Rule(within=299, farthest=9e9))
    table = found.by_area.table
    assert table.loc["A", "share_near"] == 0.25
    assert table.loc["A", "distance_m"] == 225.0
    assert found.metres[0] == pytest.approx([450.0, 450.0])
    assert found.weights[0].tolist() == [0.75, 0.25]
