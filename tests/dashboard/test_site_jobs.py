"""All scorecards as a background job: in a folder of its own, few at a time, stopped when asked."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest

import dashboard.jobs as jobs_module
from dashboard.card_job import run
from dashboard.jobs import CANCEL, KEPT, SILENT, STATE, Jobs
from dashboard.pages.jobs import KEY

HERE = {"Origin": "http://localhost"}


def files_below(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def jobs(application, place, tmp_path, monkeypatch):
    """Jobs of the application in an empty folder, whose processes are not started."""
    kept = Jobs(place.store, tmp_path / "jobs")
    monkeypatch.setitem(application.extensions, KEY, {"jobs": kept})
    started = []

    class Process:
        def __init__(self, words, **_):
            started.append(words)

        def poll(self):
            return None

    monkeypatch.setattr(jobs_module.subprocess, "Popen", Process)
    kept.started = started
    return kept


def begin(client, *formats, headers=HERE):
    return client.post("/jobs/", data={"format": list(formats)}, headers=headers)


def older(jobs, identifier, seconds):
    path = jobs.folder / identifier / STATE
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"updated": time.time() - seconds}), "utf-8")


def test_the_form_offers_every_format_with_page_and_pdf_chosen(client):
    page = client.get("/jobs/").get_data(as_text=True)
    for kind in ("html", "pdf", "xlsx", "csv", "json", "pptx"):
        assert f'value="{kind}"' in page
    assert page.count(" checked") == 2
    assert "/jobs/" in client.get("/areas/").get_data(as_text=True)


def test_a_job_runs_in_a_process_of_its_own_and_never_writes_the_store(
    application, client, place, tmp_path, monkeypatch
):
    kept = Jobs(place.store, tmp_path / "jobs")
    monkeypatch.setitem(application.extensions, KEY, {"jobs": kept})
    before = files_below(place.store)
    answer = begin(client, "json", "csv")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    end = time.monotonic() + 60
    while (told := client.get(f"{address}/status.json").json)["state"] == "running":
        assert time.monotonic() < end, told
        time.sleep(0.2)
    assert told["state"] == "done", told
    assert told["done"] == told["all"] == len(place.snapshot.areas)
    page = client.get(address).get_data(as_text=True)
    assert f"{address}/cards.zip" in page
    with client.get(f"{address}/cards.zip") as fetched:
        archive = zipfile.ZipFile(io.BytesIO(fetched.get_data()))
    codes = {name.split("-")[0] for name in archive.namelist() if name.endswith(".json")}
    assert set(place.snapshot.areas.index) <= codes
    assert "index.html" in archive.namelist()
    assert files_below(place.store) == before
    for child in kept._children:
        child.wait()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "http://localhost.elsewhere.example/jobs/"},
    ],
)
def test_a_form_of_another_site_begins_and_stops_nothing(client, jobs, headers):
    assert begin(client, "json", headers=headers).status_code == 403
    assert jobs.started == []
    address = begin(client, "json").headers["Location"]
    assert client.post(f"{address}/cancel", headers=headers).status_code == 403
    assert not (jobs.folder / address.rsplit("/", 1)[1] / CANCEL).exists()


def test_no_format_and_unknown_formats_begin_nothing(client, jobs):
    for formats in ((), ("exe", "../etc")):
        answer = begin(client, *formats)
        assert answer.status_code == 400
        assert "Choose at least one format." in answer.get_data(as_text=True)
    assert jobs.started == []


def test_the_same_request_leads_to_the_same_job_and_is_made_once(client, jobs):
    first = begin(client, "json", "html").headers["Location"]
    assert begin(client, "html", "json").headers["Location"] == first
    assert len(jobs.started) == 1


def test_at_most_two_run_at_once_whichever_worker_is_asked(client, jobs, place):
    begin(client, "json")
    other_worker = Jobs(place.store, jobs.folder.parent)
    other_worker.start(place.snapshot, ["csv"])
    answer = begin(client, "html")
    assert answer.status_code == 429
    assert "Other scorecards are being made" in answer.get_data(as_text=True)
    assert len(jobs.started) == 2


def test_no_more_begins_than_there_is_room_for(client, jobs, monkeypatch, tmp_path):
    room = jobs_module.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(jobs_module.shutil, "disk_usage", lambda _: room._replace(free=1_000_000))
    answer = begin(client, "html")
    assert answer.status_code == 429
    assert "There is not enough room" in answer.get_data(as_text=True)
    assert jobs.started == []


def test_a_stop_is_carried_out_after_the_card_that_is_being_made_and_keeps_nothing(client, jobs):
    address = begin(client, "json").headers["Location"]
    assert client.post(f"{address}/cancel", headers=HERE).status_code == 303
    home = jobs.folder / address.rsplit("/", 1)[1]
    assert run(home).state == "cancelled"
    assert not (home / "cards").exists()
    assert "Stopped after" in client.get(address).get_data(as_text=True)
    assert client.get(f"{address}/cards.zip").status_code == 404
    assert begin(client, "json").headers["Location"] != address  # it can be asked for again


def test_a_job_that_dies_without_a_word_is_told_and_makes_room(client, jobs):
    addresses = [begin(client, kind).headers["Location"] for kind in ("json", "csv")]
    older(jobs, addresses[0].rsplit("/", 1)[1], SILENT + 1)
    assert "it stopped without a word" in client.get(addresses[0]).get_data(as_text=True)
    assert begin(client, "html").status_code == 303


def test_jobs_that_are_over_are_cleared_away_after_an_hour(client, jobs):
    address = begin(client, "json").headers["Location"]
    identifier = address.rsplit("/", 1)[1]
    run(jobs.folder / identifier)
    with client.get(f"{address}/cards.zip") as fetched:
        assert fetched.status_code == 200
    older(jobs, identifier, KEPT + 1)
    jobs.clear()
    assert not (jobs.folder / identifier).exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["0" * 32, "..", "..%2f..%2fetc", "slot-0", "A" * 32, "%00"])
def test_what_is_no_job_is_not_found(client, jobs, path):
    for address in (f"/jobs/{path}", f"/jobs/{path}/cards.zip", f"/jobs/{path}/status.json"):
        assert client.get(address).status_code == 404


def test_a_card_that_cannot_be_made_is_named_on_the_page(client, jobs, monkeypatch):
    import placedata.scorecard as cards

    make = cards.make_scorecard

    def fail(snapshot, code):
        if code == snapshot.areas.index[0]:
            raise ValueError("nobody <lives> here")
        return make(snapshot, code)

    monkeypatch.setattr(cards, "make_scorecard", fail)
    address = begin(client, "json").headers["Location"]
    run(jobs.folder / address.rsplit("/", 1)[1])
    page = client.get(address).get_data(as_text=True)
    assert "1 could not be made." in page
    assert "nobody &lt;lives&gt; here" in page
