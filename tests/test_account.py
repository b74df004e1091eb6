"""The ledger of a layer as one account: what goes in comes out, by reason, beside its total."""

from __future__ import annotations

import json

import pytest

from placedata.snapshot.account import account_lines, account_of

PEOPLE = """\
title: People
unit: people
polarity: neutral
statistic: sum
source: {loader: table, file: data/small_areas.csv}
value: people
period: 2021
"""


def test_rows_and_people_add_up_by_reason_beside_the_official_total(toy_place):
    toy_place.write(
        "data/small_areas.csv",
        "lsoa21_code,people\nE01990001,400\nE01990002,200\nE01990777,5000\n,17\nE01990003,\n",
    )
    toy_place.layer("people", PEOPLE + "control: {total: 600}\n")
    account = account_of(toy_place.open().build().snapshot, "people")
    assert (account.rows_in, account.used) == (5, 3)
    assert account.rejected == {"no area code": 1, "blank": 1}
    (period,) = account.periods
    assert (period.amount_in, period.published, period.outside) == (5600, 600, 5000)
    assert (period.not_shown, period.unmatched, period.difference) == (0, 0, 0)
    assert (period.control, period.control_difference, period.met) == (600, 0, True)
    assert account.balances


def test_what_is_suppressed_is_not_published_and_not_lost(ill_place):
    snapshot = ill_place.open().build().snapshot
    (period,) = account_of(snapshot, "ill").periods
    shown = snapshot.table("ill")["value"].sum()
    assert period.amount_in == 46
    assert period.published == shown < 46
    assert period.published + period.not_shown == 46
    assert period.suppressed == (snapshot.table("ill")["status"] == "suppressed").sum() == 2


def test_a_missed_total_that_was_allowed_is_told_in_the_account(toy_place):
    toy_place.layer("people", PEOPLE + "control: {total: 603, tolerance: 2}\n")
    place = toy_place.open()
    account = account_of(place.build(allow_imbalance="three moved away").snapshot, "people")
    (period,) = account.periods
    assert (period.control_difference, period.met, account.balances) == (-3, False, False)
    total, why = account_lines(account)[-2:]
    assert total == (
        "    2021, official total: 603; in the place 600, difference -3, tolerance 2: missed"
    )
    assert why.endswith("three moved away")


def test_the_ledger_command_tells_people_and_programs_the_same(toy_place):
    from typer.testing import CliRunner

    from placedata.cli.commands import app

    toy_place.open().build()
    words = ["ledger", "people", "--place", str(toy_place.folder)]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0
    assert "people: 2 rows in = 2 used + 0 rejected" in told.output
    assert "2021, people: 600 in = 600 published + 0 unmatched + 0 outside" in told.output
    assert "All 1 accounts balance" in told.output
    (account,) = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)["accounts"]
    assert account["balances"] is True
    assert account["periods"][0]["amount_in"] == pytest.approx(600)
