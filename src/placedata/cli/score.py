"""``placedata score``: score any table of units with a framework, without a map."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import progress, put, reported, say
from placedata.cli.options import Json, Out, Quiet
from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from placedata.build.place import Progress
    from placedata.cli.score_frameworks import FrameworkFile
    from placedata.cli.score_tables import Units
    from placedata.framework import Framework
    from placedata.index import Calibration, Decision, Scores

Table = Annotated[
    str, typer.Argument(help="CSV, Parquet or spreadsheet: one row a unit, one column a quantity.")
]
FrameworkName = Annotated[
    str,
    typer.Option("--framework", "-f", help="Framework YAML, or the id of one that is shipped."),
]
Unit = Annotated[
    str | None,
    typer.Option(
        help="Column that names the units, or several, such as country,year "
        "[default: the first that the framework does not use].",
        metavar="COLUMN",
    ),
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a spreadsheet.")]
CalibrationFile = Annotated[
    str | None,
    typer.Option(
        "--calibration",
        help="calibration.json of an earlier run: score by its numbers, so that years and places "
        "can be compared.",
        metavar="FILE",
    ),
]
Robustness = Annotated[
    int, typer.Option(help="Replicates for rank intervals, such as 10000.", min=0, metavar="N")
]
StandardErrors = Annotated[
    list[str] | None,
    typer.Option(
        help="Table of standard errors, units and columns as in TABLE; once for each source.",
        metavar="FILE",
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the replicates.", min=0)]
Top = Annotated[
    int | None, typer.Option(help="Size of the top and bottom [default: a tenth].", min=1)
]
Sobol = Annotated[
    int,
    typer.Option(
        help="Samples for the share of each source in how far ranks move, such as 500.",
        min=0,
        metavar="N",
    ),
]
Stages = Annotated[bool, typer.Option("--stages", help="Write the table after each stage too.")]
#: Lines on weights and parts that are said; the others are written.
MOST_SAID = 12
#: Fewer units have no ranks that could move.
FEWEST = 2


@dataclass
class Job:
    """One scoring from the command line: what was read, and the frames that are written.

    Parameters
    ----------
    given
        The calibration that was asked for, if any.
    frames
        Name of the file without its ending -> rows.
    told
        Decisions that the command line adds to those of the engine.
    """

    file: FrameworkFile
    units: Units
    values: pd.DataFrame
    scores: Scores
    given: Calibration | None = None
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    told: list[Decision] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """How far the uncertainty is to be looked into."""

    robustness: int
    sobol: int
    seed: int
    top: int | None
    tell: Progress


@reported
def score(
    table: Table,
    framework: FrameworkName,
    unit: Unit = None,
    sheet: Sheet = None,
    calibration: CalibrationFile = None,
    robustness: Robustness = 0,
    sobol: Sobol = 0,
    standard_errors: StandardErrors = None,
    seed: Seed = 1,
    top: Top = None,
    stages: Stages = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score any table of units with a framework; no place and no map needed.

    Writes scores, labels, decisions, weights, bounds, diagnostics and calibration.json; with
    --robustness also intervals, agreement, nearest_weights and leave_one_out; with --sobol also
    sensitivity; and what placedata score-compare needs.
    """
    from placedata.cli.score_tables import Units

    units = Units(Path(table), unit, sheet)
    job = _scored(units, framework, _calibration(calibration) if calibration else None)
    if robustness or sobol:
        errors = {Path(name).stem: Units(Path(name), unit, sheet) for name in standard_errors or ()}
        with progress(quiet=quiet or as_json) as tell:
            _uncertain(job, Asked(robustness, sobol, seed, top, tell), errors)
    _frames(job, stages=stages)
    if out:
        _write(Path(out), job)
    if as_json:
        _put(job)
    elif not quiet:
        _say(job, out)


def _scored(units: Units, name: str, calibration: Calibration | None) -> Job:
    from placedata.cli.score_frameworks import framework_file, read_for
    from placedata.cli.score_tables import unit_table
    from placedata.index import Decision
    from placedata.index import score as score_table

    def trial(framework: Framework) -> object:
        return score_table(unit_table(units, framework).frame, framework)

    file = read_for(framework_file(name), units.path.name, trial)
    read = unit_table(units, file.framework)
    try:
        scores = score_table(read.frame, file.framework, calibration=calibration)
    except DataError as error:
        raise file.located(error, units.path.name) from None
    told = [
        Decision("inputs", column, f"cells without a number are missing: {words}")
        for column, words in read.gaps.items()
    ]
    if calibration is not None:
        text = f"scored by the calibration {calibration.hash[:12]} of {calibration.areas} areas"
        told.append(Decision("inputs", file.framework.id, text))
    return Job(file, units, read.frame, scores, calibration, told=told)


def _calibration(name: str) -> Calibration:
    from pydantic import ValidationError

    from placedata.index import Calibration

    path = Path(name)
    if not path.is_file():
        problem = Problem(name, "--calibration", "no such file", "calibration.json of a run")
        raise DataError(f"there is no calibration {name!r}", [problem])
    try:
        return Calibration.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problems = [
            Problem(
                path.name, ".".join(map(str, one["loc"])) or "file", one["msg"], "a calibration"
            )
            for one in error.errors()[:5]
        ]
        raise DataError(f"{path.name} is not a calibration", problems) from None


def _uncertain(job: Job, asked: Asked, errors: dict[str, Units]) -> None:
    """Find rank intervals and what they depend on, and say what they cover."""
    from placedata.cli.score_tables import error_table
    from placedata.index import Decision, Replicates, source_shares

    framework = job.file.framework
    frames = {name: error_table(units, framework) for name, units in errors.items()} or None
    if job.scores.of(framework.top.id)["score"].notna().sum() < FEWEST:
        text = f"fewer than {FEWEST} units have a score, so that there are no ranks to vary"
        job.told.append(Decision("robustness", framework.id, text))
        job.scores = replace(job.scores, rank_note=text)
        return
    if asked.robustness:
        _intervals(job, asked, frames)
    if asked.sobol:
        asked.tell("sensitivity", 0, 1)
        job.frames["sensitivity"] = source_shares(
            job.values,
            framework,
            standard_errors=frames,
            replicates=Replicates(asked.sobol, asked.seed),
            calibration=job.given,
        )


def _intervals(job: Job, asked: Asked, errors: dict[str, pd.DataFrame] | None) -> None:
    from placedata.index import Decision, Replicates, agreement, leave_one_out, uncertainty

    framework = job.file.framework
    wanted = Replicates(
        asked.robustness,
        asked.seed,
        asked.top,
        progress=lambda done, total: asked.tell("replicates", done, total),
    )
    found = uncertainty(
        job.values,
        framework,
        standard_errors=errors,
        replicates=wanted,
        calibration=job.given,
    )
    job.frames["intervals"] = found.table
    covered = ", ".join(found.sources) or "nothing"
    note = f"rank intervals: 5-95 % of {found.replicates} replicates that vary {covered}"
    job.scores = replace(job.scores, rank_note=note)
    texts = [f"{note}; seed {found.seed}", *found.told]
    asked.tell("everyone's weights", 0, 1)
    agreed = agreement(job.values, framework, replicates=wanted, calibration=job.given)
    job.frames["agreement"], job.frames["nearest_weights"] = agreed.table, agreed.nearest
    holds = int(agreed.table["holds"].eq(other=True).sum())
    texts.append(f"{holds} of {len(agreed.table)} ranks hold under 95 % of all weight sets")
    job.frames["leave_one_out"] = leave_one_out(job.values, framework, calibration=job.given)
    job.told += [Decision("robustness", framework.id, text) for text in texts]


def _frames(job: Job, *, stages: bool) -> None:
    """Add what the engine found to the frames that are written."""
    import pandas as pd

    from placedata.index import labels, readings, reference_sets

    scores, rule = job.scores, job.file.framework.labels
    titles = {node.id: node.title for node in job.file.framework.nodes}
    rows = [
        {"stage": item.stage, "node": item.node, "text": item.text}
        for item in (*job.told, *scores.decisions)
    ]
    job.frames |= {
        "scores": scores.table,
        "bounds": scores.bounds,
        "weights": scores.weights,
        "diagnostics": scores.diagnostics,
        "labels": labels(scores, rule, reference=reference_sets(job.values, rule)),
        "decisions": pd.DataFrame(rows, columns=["stage", "node", "text"]),
        "readings": readings(scores.diagnostics, titles),
    }
    if scores.larger is not None:
        job.frames["larger_areas"] = scores.larger
    if stages:
        for name, frame in scores.stages.items():
            job.frames[f"stage_{name}"] = frame.rename_axis("area_code").reset_index()


def _write(folder: Path, job: Job) -> None:
    """Write the frames as CSV, every number with all its digits, and the calibration as JSON.

    And what `placedata score-compare` needs to work the scores out again.
    """
    from placedata.cli.score_compare import FRAMEWORK, RUN, TABLE
    from placedata.version import VERSION

    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in job.frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    if job.scores.calibration is not None:
        text = job.scores.calibration.model_dump_json(indent=1)
        (folder / "calibration.json").write_text(text + "\n", "utf-8")
    framework = job.file.framework
    cells = job.units.cells()
    names, _ = job.units.names(cells, framework.columns)
    cells = cells.drop(columns="area_code", errors="ignore")
    cells.insert(0, "area_code", names)
    cells.to_csv(folder / TABLE, index=False)
    text = framework.model_dump_json(by_alias=True, exclude_unset=True, indent=1)
    (folder / FRAMEWORK).write_text(text + "\n", "utf-8")
    own = job.scores.calibration
    run = {
        "placedata": VERSION,
        "calibration": own and own.hash,
        "calibration_given": job.given and job.given.hash,
    }
    (folder / RUN).write_text(json.dumps(run) + "\n", "utf-8")


def _put(job: Job) -> None:
    def rows(frame: pd.DataFrame) -> list[dict[str, object]]:
        return frame.astype(object).where(frame.notna(), None).to_dict("records")

    scores = job.scores
    document = {
        "framework": scores.framework,
        "notice": scores.notice,
        "rank_note": scores.rank_note,
        "calibration": scores.calibration.hash if scores.calibration else None,
        "scores": rows(scores.table),
        "decisions": [*job.told, *scores.decisions],
    }
    extra = [name for name in job.frames if name in {"intervals", "larger_areas", "readings"}]
    put(document | {name: rows(job.frames[name]) for name in extra})


def _say(job: Job, out: str | None) -> None:
    framework, scores = job.file.framework, job.scores
    units = scores.table["area_code"].nunique()
    say(f"{framework.title}: {units} units ({scores.rank_note}).")
    top = scores.of(framework.top.id).dropna(subset=["score"]).sort_values("rank").head(10)
    decimals = 4 if scores.of(framework.top.id)["score"].abs().max() <= 2 else 2
    sure = job.frames.get("intervals")
    for code, row in top.iterrows():
        text = f"  {row['rank']:>4g}  {code}  {row['score']:.{decimals}f}"
        if sure is not None:
            own = sure[(sure["area_code"] == code) & (sure["node"] == framework.top.id)].iloc[0]
            text += f"  (ranks {own['low']:g} to {own['high']:g})"
        say(text)
    _explain(job)
    say(f"Written to {out}." if out else "Write everything with --out DIR, or --json.")


def _explain(job: Job) -> None:
    """Say what the engine decided of the weights, and whether parts belong together."""
    chosen = [item.text for item in job.scores.decisions if item.stage == "weights"]
    lines = [*chosen, *job.frames["readings"]["text"]]
    if not lines:
        return
    say("What to know of weights and parts:")
    for line in lines[:MOST_SAID]:
        say(f"  {line}")
    every = len(job.told) + len(job.scores.decisions)
    more = f"{len(lines) - MOST_SAID} more such lines; " if len(lines) > MOST_SAID else ""
    say(f"  ({more}{every} decisions in all, with --out or --json)")
