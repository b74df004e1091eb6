"""The standard errors of the figures behind a score, by where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placedata.layers.errors import APPORTIONMENT, CHANCE, SAMPLING, SENSORS

if TYPE_CHECKING:
    import pandas as pd

    from placedata.index import Decision
    from placedata.layers import Layer

PUBLISHED = "sampling error"
COUNTS = "chance in counts"
MOVED = "apportionment error"
GAPS = "sensor gaps"
#: How each source of error is told in a sentence.
IN_WORDS = {
    PUBLISHED: "the sampling error of published figures",
    COUNTS: "the chance in counts",
    MOVED: "the error of moving figures to wards",
    GAPS: "gaps between sensors",
}


def errors_by_source(layers: list[Layer], codes: list[str]) -> dict[str, pd.DataFrame]:
    """Return source of error -> standard errors of the newest figures, areas by layers.

    In the units of the layers; NaN where none is known. A source that no layer states is left out.

    Parameters
    ----------
    layers
        The layers that are scored.
    """
    import pandas as pd

    found: dict[str, dict[str, pd.Series]] = {}
    for layer in layers:
        rows = layer.values[layer.values["period"] == layer.periods[-1]].set_index("area_code")
        by_chance = layer.errors.get("sampling", "").startswith(CHANCE)
        parts = {
            COUNTS if by_chance else PUBLISHED: SAMPLING, MOVED: APPORTIONMENT, GAPS: SENSORS,
        }  # fmt: skip
        for source, column in parts.items():
            if rows[column].notna().any():
                found.setdefault(source, {})[layer.id] = rows[column]
    return {
        source: pd.DataFrame(found[source]).reindex(codes) for source in IN_WORDS if source in found
    }


def without_errors(
    layers: list[Layer], frames: dict[str, pd.DataFrame], framework: str
) -> list[Decision]:
    """Return what is to be said of layers whose figures are taken as exact."""
    from placedata.index import Decision

    known = {name for frame in frames.values() for name in frame}
    exact = [layer.id for layer in layers if layer.id not in known]
    if not exact:
        return []
    shown = ", ".join(exact[:8]) + (f" and {len(exact) - 8} more" if len(exact) > 8 else "")
    text = f"no standard error is known for {len(exact)} of {len(layers)} indicators, whose "
    return [Decision("uncertainty", framework, f"{text}figures are taken as exact: {shown}")]
