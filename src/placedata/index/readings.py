"""Diagnostics in plain words: whether the parts of a node belong together."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

#: Least measures at which parts belong together: usual limits of the Social Progress Index.
LEAST_KMO = 0.5
LEAST_ALPHA = 0.7


def readings(diagnostics: pd.DataFrame, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return for each node with several parts what its measures mean.

    Parameters
    ----------
    diagnostics
        ``Scores.diagnostics``.
    titles
        Node -> title.

    Returns
    -------
    DataFrame
        ``node``, ``text``.
    """
    rows = []
    for node, part in diagnostics.groupby("node", sort=False):
        found = part.set_index("statistic")["value"]
        if found.get("children", 0) < 2:
            continue
        said = [f"{found['children']:.0f} parts, {found['areas']:.0f} areas with all of them"]
        said += [words for words in map(found.pipe, (_kmo, _alpha, _things, _loadings)) if words]
        text = f"{(titles or {}).get(str(node), node)}: {'; '.join(said)}"
        rows.append((str(node), text))
    return pd.DataFrame(rows, columns=["node", "text"])


def _kmo(found: pd.Series) -> str:
    if "kmo" not in found:
        return "too few areas to measure how they go together"
    if found["children"] < 3:  # of two parts the measure is always 0.5
        return ""
    fit = "enough" if found["kmo"] >= LEAST_KMO else "too little"
    return f"{fit} in common for weights from the data (KMO {found['kmo']:.2f}, least 0.5)"


def _alpha(found: pd.Series) -> str:
    if "alpha" not in found or "kmo" not in found:
        return ""
    one = "measure one thing" if found["alpha"] >= LEAST_ALPHA else "do not measure one thing"
    return f"they {one} (Cronbach's alpha {found['alpha']:.2f}, least 0.7)"


def _things(found: pd.Series) -> str:
    values = found[found.index.str.startswith("eigenvalue_")]
    above = int((values > 1).sum())
    return f"{above} eigenvalues above 1: more than one thing is measured" if above > 1 else ""


def _loadings(found: pd.Series) -> str:
    values = found[found.index.str.startswith("loading:")]
    against = values.index[values < 0].str.removeprefix("loading:").tolist()
    return f"against the others: {', '.join(against)}" if against else ""
