"""Finding columns by name and by content: values, area codes with their edition, periods."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placedata.errors import Problem, nearest
from placedata.geography import GSS_CODE, LEVEL_OF_ENTITY, level_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: Finest first: where a table carries codes of several levels, it is keyed by the finest.
LEVELS = ("oa", "lsoa", "msoa", "ward", "lad", "region", "country")
PERIOD_PATTERN = r"(?:mid-)?\d{4}(?:[-/]\d{2,4})?(?: to \d{4}(?:[-/]\d{2,4})?)?"

_TRUNCATED = 40
#: A GSS code, perhaps with a marker behind it.
_CODE = re.compile(r"([EWSNKJL]\d{8})(?:\s*[\[(][^\])]{1,12}[\])])?", re.ASCII)
#: So many cells tell which codes a column holds.
_SAMPLE = 2000
#: A footnote or marker at the end of a name: ``Value [note 1]``, ``Rate [r]``, ``Area code [1]``.
_MARKER = re.compile(
    r"\s*(?:\[(?:notes?\s*)?(?:\d{1,2}|[a-z]{1,2})(?:\s*,\s*(?:notes?\s*)?\d{1,2})*\]"
    r"|\((?:notes?\s*\d{1,2}|[befpru])\))$",
    re.IGNORECASE,
)
_PREFIXES = {"ward": "wd", "ltla": "lad", "utla": "lad", "dz": "dz", "iz": "iz"}
_EDITIONED = (
    re.compile(r"^(oa|lsoa|dz|msoa|iz|wd|lad|rgn|ctry)(\d{2})cd$", re.IGNORECASE),
    re.compile(r"^(oa|lsoa|dz|msoa|iz|ward|wd|ltla|utla|lad)(\d{2})_?code$", re.IGNORECASE),
    re.compile(r"^(oa|lsoa|msoa|ward|lad) code \(\d{2}(\d{2})\)$", re.IGNORECASE),
    re.compile(r"^(local authority district) code \(\d{2}(\d{2})\)$", re.IGNORECASE),
)
_PLAIN = re.compile(
    r"^(new |new_)?(oa|lsoa|dz|data|msoa|iz|ward|wd|lad|area|gss|geography|geo)?[ _]?(ward[ _])?"
    r"(code|cd|zone)$|^(oa|lsoa|dz|msoa|gss)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CodeColumn:
    """The column that holds area codes, the geography that its name tells, and their level."""

    name: str
    geography: str | None
    level: str | None


def find_column(names: Sequence[str], wanted: str) -> str | None:
    """Return the one column that `wanted` names, or None where none or several do.

    Tried in order: the exact name; without regard to case and spaces; without a marker at its end
    (``[note 1]``); without punctuation (a £ sign lost as ``?``); the part before "(where"; a
    common beginning of 40 letters or more, since official headers are cut at about 80 characters.
    """
    rules: tuple[Callable[[str], str], ...] = (
        str,
        lambda name: " ".join(name.casefold().split()),
        lambda name: unmarked(name).casefold(),
        _letters,
        lambda name: _letters(name.casefold().split("(where")[0]),
    )
    for rule in rules:
        key = rule(wanted)
        found = [name for name in names if rule(name) == key]
        if found and key:
            return found[0] if len(found) == 1 else None
    key = _letters(wanted)
    cut = [
        name
        for name in names
        if min(len(key), len(_letters(name))) >= _TRUNCATED
        and (key.startswith(_letters(name)) or _letters(name).startswith(key))
    ]
    return cut[0] if len(cut) == 1 else None


def unmarked(name: str) -> str:
    """Return a name without the marker or footnote at its end, spaces collapsed."""
    return _MARKER.sub("", " ".join(name.split())).strip()


def unmarked_codes(cells: pd.Series) -> pd.Series:
    """Return area codes without a marker: ``E05000026`` for ``E05000026 [note 2]``."""
    text = cells.str.strip()
    if not text.str.endswith(("]", ")"), na=False).any():
        return text  # most have none, and to look for one in every cell takes long
    pattern = r"^([EWSNKJL]\d{8})\s*[\[(][^\])]{1,12}[\])]$"
    return text.str.replace(pattern, r"\1", regex=True)


def are_among(cells: pd.Series | pd.Index, known: Iterable[object]) -> NDArray[np.bool_]:
    """Return which cells are among those known.

    As `isin` does, which takes some ten microseconds for each text that is known.
    """
    import numpy as np

    held = known if isinstance(known, (set, frozenset, dict)) else set(listed(known))
    return np.fromiter((cell in held for cell in cells.tolist()), bool, len(cells))


def listed(cells: Iterable[object]) -> list[object]:
    """Return cells as a list: to go through a column of text one by one takes ten times as long."""
    if hasattr(cells, "tolist"):
        found: list[object] = cells.tolist()
        return found
    return list(cells)


def _letters(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", name.casefold())


def missing_column(label: str, field: str, wanted: str, names: Sequence[str]) -> Problem:
    """Return the problem of a column that is not there, with the nearest one."""
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    guess = nearest(wanted, names) or nearest(
        wanted.casefold(), [name for name in names if wanted.casefold()[:8] in name.casefold()]
    )
    if guess is None:
        by_letters = {_letters(name): name for name in names}
        close = nearest(_letters(wanted), by_letters)
        guess = by_letters[close] if close else None
    return Problem(label, field, f"no column {wanted!r}", f"columns {shown}", 1, guess)


def edition_of(name: str) -> str | None:
    """Return the geography that a column's name tells: ``lsoa21`` for ``LSOA code (2021)``."""
    for pattern in _EDITIONED:
        if match := pattern.match(unmarked(name)):
            prefix = match.group(1).casefold()
            prefix = "lad" if prefix.startswith("local") else _PREFIXES.get(prefix, prefix)
            return f"{prefix}{match.group(2)}"
    return None


def find_code_column(
    frame: pd.DataFrame,
    label: str,
    *,
    wanted: str | None = None,
    geography: str | None = None,
) -> CodeColumn | Problem:
    """Return the column of area codes of a table, or the problem of not finding one.

    Parameters
    ----------
    frame
        Text cells.
    label
        The file, for messages.
    wanted
        Its name, where the layer says it.
    geography
        Where given, only codes of its level count; ``lsoa11`` also chooses between the columns
        of two editions.
    """
    names = [str(name) for name in frame.columns]
    # Notes below a table fill one cell each, and may be more than its rows.
    filled = (frame != "").sum(axis=1) > 1
    frame = frame[filled] if filled.any() else frame
    if wanted is not None:
        name = find_column(names, wanted)
        if name is None:
            return missing_column(label, "source.area", wanted, names)
        level = level_of_cells(frame[name])
        return CodeColumn(name, geography or edition_of(name), level)
    found = {name: level for name in names if (level := level_of_cells(frame[name]))}
    if geography is not None:
        found = {name: level for name, level in found.items() if level == level_of(geography)}
        exact = [name for name in found if edition_of(name) == geography]
        if len(exact) == 1:
            return CodeColumn(exact[0], geography, found[exact[0]])
    if not found:
        sought = f"{level_of(geography)} codes" if geography else "GSS codes such as E05014053"
        return Problem(
            label, "source.area", "no column of area codes", f"a column that holds {sought}", 1
        )
    finest = min(found.values(), key=LEVELS.index)
    best = _best_named([name for name in found if found[name] == finest])
    if len(best) != 1:
        return Problem(
            label,
            "source.area",
            f"{len(best)} columns of {finest} codes",
            "name one with area: " + ", ".join(best),
            1,
        )
    return CodeColumn(best[0], geography or edition_of(best[0]), finest)


def _best_named(names: list[str]) -> list[str]:
    """Return the columns whose names say most clearly that they hold codes."""
    for says_code in (edition_of, _PLAIN.match):
        chosen = [name for name in names if says_code(unmarked(name))]
        if chosen:
            return chosen
    return names


def level_of_cells(cells: pd.Series) -> str | None:
    """Return the commonest level of the GSS codes in a column, None if most are not codes."""
    texts = _first_filled(cells)
    found = [match[1] for text in texts if (match := _CODE.fullmatch(text))]
    if len(found) <= 0.5 * len(texts):
        return None
    levels = Counter(level for code in found if (level := LEVEL_OF_ENTITY.get(code[:3])))
    # the first by name of those that are equally common
    return min(levels, key=lambda level: (-levels[level], level)) if levels else None


def _first_filled(cells: pd.Series) -> list[str]:
    """Return the first cells that are not blank: enough to tell what a column holds."""
    head = [text for cell in cells.head(2 * _SAMPLE).tolist() if (text := str(cell).strip())]
    if len(head) < _SAMPLE and len(cells) > 2 * _SAMPLE:
        head = [text for cell in cells.tolist() if (text := str(cell).strip())]
    return head[:_SAMPLE]


def levels_of(codes: pd.Series) -> pd.Series:
    """Return the level of each code, "" where it is not a GSS code."""
    valid = codes.str.fullmatch(GSS_CODE.pattern.strip("^$"))
    return codes.str[:3].map(LEVEL_OF_ENTITY).where(valid.astype(bool)).fillna("")


def period_columns(names: Sequence[str], pattern: str, periods: Sequence[str]) -> dict[str, str]:
    """Return period -> column for a pattern such as ``meters_n_{period}``.

    Parameters
    ----------
    names
        Columns of the file.
    pattern
        A column name with ``{period}`` in it.
    periods
        Periods wanted; those without a column are left out. Empty: all that the file has.
    """
    if periods:
        found = {
            period: find_column(names, pattern.replace("{period}", period)) for period in periods
        }
        return {period: name for period, name in found.items() if name is not None}
    before, after = pattern.split("{period}", 1)
    form = re.compile(
        re.escape(before) + f"({PERIOD_PATTERN})" + re.escape(after.replace("{period}", "")),
        re.IGNORECASE,
    )
    return {
        match.group(1): name
        for name in names
        if (match := form.fullmatch(name) or form.fullmatch(unmarked(name)))
    }
