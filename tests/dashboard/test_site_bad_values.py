"""An address with a value that is not there shows something near, and says so, on every page."""

from __future__ import annotations

import html

import pytest

pytest.importorskip("dash")
ABBEY = "E05990001"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/?layer=zz", "There is no layer ‘zz’"),
        ("/?period=1999&layer=no2", "has no figures for ‘1999’"),
        ("/embed?layer=zz", "There is no layer ‘zz’"),
        ("/areas/?level=zz", "There is no level ‘zz’"),
        ("/compare?areas=zz", "has no ward ‘zz’"),
        ("/together?areas=zz", "has no ward ‘zz’"),
        ("/rankings?layer=no2&page=9", "The ranking has no page ‘9’; the last is shown."),
        ("/rankings?pick=zz", "There is no ward ‘zz’"),
        ("/trends?layer=zz", "There is no layer ‘zz’"),
        ("/relationships?x=zz", "There is no layer ‘zz’"),
        ("/relationships?matrix=zz", "There is no group of figures ‘zz’"),
        ("/weights?w=zz:2", "The index has no part ‘zz’"),
        ("/layers/?theme=zz", "There is no theme ‘zz’"),
        ("/layers/?publisher=zz", "There is no publisher ‘zz’"),
        ("/layers/no2?period=zz", "There are no figures for ‘zz’"),
        ("/layers/no2?sort=zz", "There is no order ‘zz’"),
        (f"/trace/no2/{ABBEY}?period=zz", "There is no period of Nitrogen dioxide ‘zz’"),
        (f"/trace/no2/{ABBEY}?page=zz", "The table of rows has no page ‘zz’"),
        ("/changes?from=zz", "There is no snapshot ‘zz’"),
        ("/changes?level=zz", "There is no level ‘zz’"),
        ("/jobs/?level=zz", "There is no level ‘zz’"),
        ("/about?snapshot=v000099-00000000", "The snapshot of this link is not kept"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_told(client, address, told):
    answer = client.get(address)
    assert answer.status_code == 200
    assert told in html.unescape(answer.text)


def test_a_mistyped_address_leads_on_by_the_name_of_what_is_near(client):
    text = html.unescape(client.get("/layers/turnot").text)
    assert "There is no layer 'turnot'" in text
    assert 'Did you mean <a href="/layers/turnout">Turnout</a>?' in text


def test_warnings_of_the_build_call_layers_and_wards_by_their_names(place):
    from dashboard.plain_names import plain_names

    told = "no2 and crime say the same in personal_safety; E05990001 lies far out, for life"
    assert plain_names(told, place.snapshot, ["no2", "crime"]) == (
        "‘Nitrogen dioxide’ and ‘Recorded crime’ say the same in ‘Personal safety’; Abbey lies far "
        "out, for life"
    )
