"""``placedata score``: score any table of units with a framework, without a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import Json, Quiet, put, reported, say
from placedata.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd

    from placedata.framework import Framework
    from placedata.index import Scores


@reported
def score(
    table: Annotated[str, typer.Argument(help="CSV, spreadsheet or Parquet: one row a unit.")],
    framework: Annotated[
        str, typer.Option("--framework", "-f", help="Framework YAML that names its indicators.")
    ],
    unit: Annotated[
        str | None,
        typer.Option(help="Column that names the units [default: the first that is no indicator]."),
    ] = None,
    out: Annotated[
        str | None, typer.Option(help="Folder for scores, decisions, weights and bounds.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score any table of units with a framework; no place and no map needed."""
    from placedata.catalog import read_framework
    from placedata.index import score as score_table

    path = Path(framework)
    if not path.is_file():
        problem = Problem(framework, "--framework", "no such file", "a framework YAML file")
        raise DataError(f"there is no framework {framework!r}", [problem])
    read = read_framework(path)
    scores = score_table(_table(Path(table), read, unit), read)
    if out:
        _write(Path(out), scores)
    if as_json:
        put(
            {
                "framework": scores.framework,
                "notice": scores.notice,
                "rank_note": scores.rank_note,
                "scores": scores.table.astype(object)
                .where(scores.table.notna(), None)
                .to_dict("records"),
                "decisions": scores.decisions,
            }
        )
        return
    if not quiet:
        top = scores.of(read.top.id).dropna(subset=["score"]).sort_values("rank").head(10)
        say(f"{read.title}: {scores.table['area_code'].nunique()} units ({scores.rank_note}).")
        for code, row in top.iterrows():
            say(f"  {int(row['rank']):>4}  {code}  {row['score']:.2f}")
        say(f"Written to {out}." if out else "Write everything with --out DIR, or --json.")


def _table(path: Path, framework: Framework, unit: str | None) -> pd.DataFrame:
    """Return units by indicator columns, as numbers; every cell that is text is a problem."""
    from placedata.files import parse_numbers, read_table

    if not path.is_file():
        raise DataError(
            f"there is no table {str(path)!r}",
            [Problem(str(path), "table", "no such file", "a table")],
        )
    cells = read_table(path)
    problems = [
        Problem(
            path.name,
            column,
            "no such column",
            "a column of the table",
            suggestion=nearest(column, cells.columns),
        )
        for column in framework.columns
        if column not in cells.columns
    ]
    others = [name for name in cells.columns if name not in framework.columns]
    name = unit or (others[0] if others else None)
    if name is None or name not in cells.columns:
        problems.append(
            Problem(
                path.name, "--unit", repr(name), ", ".join(map(str, others)) or "a column of names"
            )
        )
    if problems:
        raise DataError(
            f"the table {path.name} does not fit the framework {framework.id}", problems
        )
    numbers = {}
    for column in framework.columns:
        numbers[column], reasons = parse_numbers(cells[column])
        problems += [
            Problem(path.name, column, repr(cells.loc[row, column]), "a number", int(row))
            for row in reasons.index[reasons == "text"][:5]
        ]
    repeated = cells[name][cells[name].duplicated()]
    if len(repeated):
        problems.append(
            Problem(
                path.name,
                str(name),
                f"{repeated.iloc[0]!r} twice",
                "each unit once",
                int(repeated.index[0]),
            )
        )
    if problems:
        raise DataError(f"the table {path.name} cannot be scored", problems)
    import pandas as pd

    frame = pd.DataFrame(numbers)
    frame.index = pd.Index(cells[name], name="area_code")
    return frame


def _write(folder: Path, scores: Scores) -> None:
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    scores.table.to_csv(folder / "scores.csv", index=False)
    scores.bounds.to_csv(folder / "bounds.csv", index=False)
    scores.weights.to_csv(folder / "weights.csv", index=False)
    scores.diagnostics.to_csv(folder / "diagnostics.csv", index=False)
    rows = [
        {"stage": item.stage, "node": item.node, "text": item.text} for item in scores.decisions
    ]
    pd.DataFrame(rows, columns=["stage", "node", "text"]).to_csv(
        folder / "decisions.csv", index=False
    )
