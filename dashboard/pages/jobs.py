"""All scorecards at once: ask for them, see how far they are, stop them, fetch them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import (
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response as AnyResponse

from dashboard.bad_values import one_of
from dashboard.jobs import BusyError, Job, Jobs
from dashboard.levels import level_context
from dashboard.served import served, snapshot_now
from placedata.scorecard.formats import FORMATS, TITLES

if TYPE_CHECKING:
    from flask import Flask

PATH = "/jobs/"
TITLE = "All scorecards"
KEY = "placedata.jobs"
CHOSEN = ("html", "pdf")


def register(app: Flask) -> Sequence[str]:
    """Add the form, the page of one job, and what they send and fetch."""
    app.get(PATH)(form)
    app.post(PATH)(begin)
    app.get(PATH + "<identifier>")(job_page)
    app.get(PATH + "<identifier>/status.json")(job_status)
    app.post(PATH + "<identifier>/cancel")(cancel)
    app.get(PATH + "<identifier>/cards.zip")(fetch)
    return ()


def jobs() -> Jobs:
    """Return the jobs of the application's store."""
    kept: dict[str, Jobs] = current_app.extensions.setdefault(KEY, {})
    if "jobs" not in kept:
        kept["jobs"] = Jobs(served().place.store)
    return kept["jobs"]


def form(wrong: str = "", chosen: Sequence[str] = CHOSEN) -> str:
    """Return the page that asks which formats."""
    snapshot = snapshot_now()
    asked = request.args.get("level") or request.form.get("level") or ""
    asked = one_of(asked, [*snapshot.levels], "level", "the smallest areas are meant")
    level = snapshot.level(asked or snapshot.levels[0])
    return render_template(
        "jobs.html",
        formats=[(kind, TITLES[kind]) for kind in FORMATS],
        chosen=chosen,
        wrong=wrong,
        count=len(level.areas),
        asked_level=asked,
        **level_context(level, snapshot),
    )


def begin() -> AnyResponse | tuple[str, int]:
    """Begin a job, or go to the one that does the same; 403 from another site, 429 when busy."""
    refuse_other_sites()
    kinds = [kind for kind in FORMATS if kind in request.form.getlist("format")]
    if not kinds:
        return form("Choose at least one format.", ()), 400
    snapshot = snapshot_now()
    asked = request.form.get("level") or snapshot.levels[0]
    if asked not in snapshot.levels:
        abort(404)
    try:
        job = jobs().start(snapshot.level(asked), kinds)
    except BusyError as error:
        return form(f"{error} Try again in a few minutes.", kinds), 429
    return redirect(f"{request.script_root}{PATH}{job.id}", 303)


def job_page(identifier: str) -> str:
    """Return how far a job is; 404 for one that is not there any more."""
    job = _found(identifier)
    return render_template("job.html", job=job, said=words(job), size=size_words(job.size))


def job_status(identifier: str) -> Response:
    """Return the same for the page's script."""
    job = _found(identifier)
    return jsonify(state=job.state, done=job.done, all=job.all, said=words(job))


def cancel(identifier: str) -> AnyResponse:
    """Ask a job to stop, and go back to its page."""
    refuse_other_sites()
    _found(identifier)
    jobs().cancel(identifier)
    return redirect(f"{request.script_root}{PATH}{identifier}", 303)


def fetch(identifier: str) -> Response:
    """Return the ZIP of a job that is done; 404 otherwise."""
    job = _found(identifier)
    path = jobs().result(job)
    if path is None:
        abort(404)
    return send_file(path, "application/zip", as_attachment=True, download_name=job.file)


def words(job: Job) -> str:
    """Return where a job stands, in a sentence."""
    if job.state == "running":
        after = f", the last one {job.name}" if job.name else ""
        return f"{job.done:,} of {job.all:,} scorecards made{after}."
    if job.state == "done":
        left = f" {len(job.failed):,} could not be made." if job.failed else ""
        return f"{job.done - len(job.failed):,} of {job.all:,} scorecards made.{left}"
    if job.state == "cancelled":
        return f"Stopped after {job.done:,} of {job.all:,} scorecards. Nothing is kept."
    return f"It failed: {job.reason}."


def size_words(size: int) -> str:
    """Return ``640 kB`` or ``12.3 MB``."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1000:,.0f} kB"


def refuse_other_sites() -> None:
    """Answer 403 to a form that another site sent: a browser says where a form comes from."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        if fetched != "same-origin":
            abort(403)
        return
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(origin).netloc != request.host:
        abort(403)


def _found(identifier: str) -> Job:
    job = jobs().find(identifier)
    if job is None:
        abort(404)
    return job
