"""``placedata score-compare``: what two results share, and why their scores and ranks differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placedata.cli.console import put, reported, say
from placedata.cli.options import Json, Out, Quiet
from placedata.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from placedata.framework import Framework
    from placedata.index import Calibration, Edition, Scores

Before = Annotated[str, typer.Argument(help="Folder of the earlier result, from score --out.")]
After = Annotated[str, typer.Argument(help="Folder of the later result, from score --out.")]
RedrawnBefore = Annotated[
    str | None,
    typer.Option(
        help="Where boundaries moved: the earlier values on the later boundaries, a table.",
        metavar="FILE",
    ),
]
RedrawnAfter = Annotated[
    str | None,
    typer.Option(help="The later values on the earlier boundaries, a table.", metavar="FILE"),
]
Successors = Annotated[
    str | None,
    typer.Option(
        help="Where codes changed: a table of two columns, the later code and the earlier one.",
        metavar="FILE",
    ),
]
#: What `placedata score --out` writes for this command: every cell read, the method, the run.
TABLE, FRAMEWORK, RUN = "table.csv", "framework.json", "run.json"
MOST_SHOWN = 10


@dataclass(frozen=True)
class Kept:
    """A result as it was written: its cells, its method, its numbers, and whether it took them.

    Parameters
    ----------
    calibration
        The numbers that it was scored by.
    frozen
        Whether they came from an earlier result, and not from its own table.
    """

    folder: Path
    framework: Framework
    calibration: Calibration
    frozen: bool

    def values(self, other: Framework, table: Path | None = None) -> pd.DataFrame:
        """Return the values by the columns of this framework, and those of another it has too."""
        from placedata.cli.score_tables import Units, numbers_of, unit_table

        units = Units(table or self.folder / TABLE, "area_code" if table is None else None)
        frame = unit_table(units, self.framework).frame
        names = [item.id for item in other.indicators if item.id not in frame.columns]
        more = numbers_of(units, [*other.columns, *self.framework.columns], names)
        return frame.join(more)

    def scores(self) -> Scores:
        """Return the scores, worked out again."""
        from placedata.index import score

        table = self.values(self.framework)
        return score(table, self.framework, calibration=self.calibration if self.frozen else None)


@reported
def score_compare(
    before: Before,
    after: After,
    redrawn_before: RedrawnBefore = None,
    redrawn_after: RedrawnAfter = None,
    successors: Successors = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say whether two results can be compared, and split every change into parts that add up.

    Writes comparability (what they share), change (of every score and rank: data, indicators,
    method, boundaries) and, where both are by one method, contributions (points of each indicator).
    """
    from placedata.index import comparability, contributions, decompose
    from placedata.index.calibration import framework_hash

    one, two = kept(Path(before)), kept(Path(after))
    scores = one.scores(), two.scores()
    editions = _editions(one, two, redrawn_before, redrawn_after)
    pairs = _successors(successors) if successors else None
    frames = {"comparability": comparability(*scores)}
    frames["change"] = decompose(*editions, successors=pairs)
    if framework_hash(one.framework) == framework_hash(two.framework) and pairs is None:
        frames["contributions"] = contributions(*scores, two.framework)
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            frame.to_csv(Path(out) / f"{name}.csv", index=False)
    if as_json:
        rows = {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in frames.items()
        }
        put(rows)
    elif not quiet:
        _say(frames, two.framework.top.id, out)


def kept(folder: Path) -> Kept:
    """Return a result from the folder that ``placedata score --out`` wrote.

    Raises
    ------
    DataError
        The folder holds no such result, or one of an older placedata.
    """
    from placedata.framework import Framework
    from placedata.index import Calibration

    wanted = (TABLE, FRAMEWORK, RUN, "calibration.json")
    lost = [name for name in wanted if not (folder / name).is_file()]
    if lost:
        problem = Problem(str(folder), "folder", f"no {', '.join(lost)}", "what --out writes")
        raise DataError(f"{str(folder)!r} holds no result of placedata score", [problem])
    framework = Framework.model_validate_json((folder / FRAMEWORK).read_bytes())
    given = json.loads((folder / RUN).read_text("utf-8"))["calibration_given"]
    text = (folder / "calibration.json").read_bytes()
    return Kept(folder, framework, Calibration.model_validate_json(text), frozen=bool(given))


def _editions(
    one: Kept, two: Kept, redrawn_before: str | None, redrawn_after: str | None
) -> tuple[Edition, Edition]:
    from placedata.index import Edition

    def redrawn(own: Kept, other: Kept, name: str | None) -> pd.DataFrame | None:
        return own.values(other.framework, Path(name)) if name else None

    # Where one was scored by the numbers of the other, those are the same method in both.
    frozen = one.frozen or two.frozen
    return (
        Edition(
            one.values(two.framework), one.framework, redrawn(one, two, redrawn_before),
            one.calibration if frozen else None,
        ),
        Edition(
            two.values(one.framework), two.framework, redrawn(two, one, redrawn_after),
            two.calibration if frozen else None,
        ),
    )  # fmt: skip


def _successors(name: str) -> dict[str, str]:
    """Return later code -> earlier code from a table of two columns."""
    from placedata.cli.score_tables import Units

    cells = Units(Path(name)).cells()
    if len(cells.columns) < 2:
        found = f"{len(cells.columns)} column"
        problem = Problem(name, "--successors", found, "two: the later code, the earlier code")
        raise DataError("the successors cannot be read", [problem])
    return dict(zip(cells.iloc[:, 0].str.strip(), cells.iloc[:, 1].str.strip(), strict=True))


def _say(frames: dict[str, pd.DataFrame], top: str, out: str | None) -> None:
    say("What the two results share:")
    for row in frames["comparability"].itertuples():
        say(f"  {'same ' if row.same else 'other'}  {row.aspect}: {row.text}")
    change = frames["change"]
    own = change[change["node"] == top].dropna(subset=["change"])
    order = own["change"].abs().sort_values(ascending=False, kind="stable").index
    say(f"Greatest changes of {top} (of {len(own)} units):")
    for row in own.loc[order[:MOST_SHOWN]].itertuples():
        parts = ", ".join(
            f"{name} {getattr(row, name):+.2f}"
            for name in ("data", "indicators", "method", "boundaries")
            if getattr(row, name)
        )
        ranks = f"rank {row.rank_before:g} to {row.rank_after:g}"
        say(f"  {row.area_code}  {row.change:+.2f} ({parts or 'nothing'}); {ranks}")
    say(f"Written to {out}." if out else "Write everything with --out DIR, or --json.")
