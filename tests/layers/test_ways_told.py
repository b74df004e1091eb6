"""Mistakes in how sensors, services and rasters are to come to wards are told with their place."""

from __future__ import annotations

import pytest

from placedata.errors import PlaceDataError

POINTS = """\
title: Points
unit: m
polarity: lower_is_better
source: {loader: points, file: data/points.csv, x: x, y: y, id: id}
value: value
period: 2024
"""
TABLE = "id,x,y,value\nS1,540100,180100,10\nS2,541500,180500,40\nS3,540500,181500,25\n"


def refused(toy_place, text, *, build=False):
    toy_place.write("data/points.csv", TABLE)
    toy_place.layer("points", POINTS + text)
    place = toy_place.open()
    with pytest.raises(PlaceDataError) as caught:
        place.build() if build else place.catalog()
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "apportion: exposure\nexposure: {method: krigging}\n",
            "exposure.method: found 'krigging'",
        ),
        ("apportion: exposure\nexposure: {power: 0}\n", "exposure.power"),
        ("apportion: exposure\nexposure: {peple: people}\n", "did you mean 'people'"),
        ("apportion: exposure\nexposure: {people: persons}\n", "'persons'; allowed: the id of"),
        ("exposure: {method: kriging}\n", "apportion: exposure, since the layer has options"),
        ("apportion: reach\nreach: {measure: people_within}\n", "people: the layer of people"),
        (
            "apportion: reach\nreach: {measure: people_within, people: people}\n",
            "statistic: sum together with reach",
        ),
        ("statistic: share\n", "statistic: share together with zonal"),
        ("statistic: share\nzonal: {classes: [1], below: 3}\n", "classes, or at_least and below"),
    ],
)
def test_an_option_that_does_not_fit_is_told(toy_place, text, told):
    said = refused(toy_place, text)
    assert told in said
    assert "layers/points.yaml" in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "apportion: exposure\nexposure: {method: kriging}\n",
            "3 places with a sensor, and kriging needs at least 8 (2024); allowed: otherwise:",
        ),
        (
            "apportion: exposure\nexposure: {points: addresses}\n",
            "exposure.points: found 'addresses'; allowed: addresses: {file: …} in place.yaml",
        ),
        (
            "apportion: reach\nreach: {network: streets}\n",
            "reach.network: found 'streets'; allowed: streets: {file: …} in place.yaml",
        ),
    ],
)
def test_what_the_place_cannot_do_is_told_when_it_is_built(toy_place, text, told):
    assert told in refused(toy_place, text, build=True)


def test_a_larger_value_of_the_place_leaves_out_wards_that_rest_on_too_little(toy_place):
    """Wards 1 and 3 have a sensor within 800 m; the others have none, and no say in the mean."""
    toy_place.write("data/points.csv", TABLE.replace("S2,541500,180500", "S2,549000,189000"))
    toy_place.layer("points", POINTS + "apportion: exposure\nexposure: {farthest_m: 800}\n")
    place = toy_place.open()
    place.build()
    table = place.table("points")
    assert table["value"].tolist()[0::2] == [10, 25]
    assert table["value"].isna().tolist() == [False, True, False, True]
    # Three postcodes of 10 and one of 25.
    assert place.snapshot.layer("points").summary()["place"] == pytest.approx(55 / 4)
    lines = place.trace("points", "E05990002").formula
    assert lines[-1] == (
        "no figure: it rests on too little: 0% of where people are lies within 800 m of a sensor, "
        "and 50% is needed"
    )
