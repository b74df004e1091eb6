"""What each page is for and how to read it, in a few plain sentences."""

from __future__ import annotations

#: First part of a page's path -> sentences. A path that is not here has no help.
HELP: dict[str, tuple[str, ...]] = {
    "/": (
        "Choose a score or a layer on the left: the map, the legend, the list and the table change "
        "together.",
        "The number on an area is its class in the legend. Hatched areas have no figure, "
        "cross-hatched ones are kept back to protect people.",
        "Select an area on the map, in the list or in the table to see its scores. In the list, "
        "arrow keys and letters move, Enter selects.",
        "The address of the page holds all that you chose, so that it can be sent to somebody.",
    ),
    "/areas": (
        "Scores run from 0 to 100, and higher is always better. Ranks: 1 is best.",
        "The two ranks in brackets are where the rank may lie when the choices of the index and "
        "the chance in its figures are varied.",
        "Every figure can be followed to the rows of the files that it was made of.",
    ),
    "/compare": (
        "Add two to six areas by name, code or postcode; the cross takes one away.",
        "In the chart each row is an indicator. The better side is always on the right, whichever "
        "way the figure itself is better.",
    ),
    "/rankings": (
        "The dot is the rank or figure; the bar is where it may lie, nine times of ten.",
        "Areas inside one bracket cannot be told apart: a higher rank among them is not a clear "
        "difference.",
    ),
    "/trends": (
        "A line stops where a figure is missing. A dashed upright line marks where figures are "
        "made in another way from then on.",
        "A change is called clear only where it is more than chance explains, nine times of ten.",
    ),
    "/relationships": (
        "Each point is an area. r is 1 where the two figures rise together on a line, −1 where one "
        "falls as the other rises, and 0 where there is no link.",
        "A link between two figures does not show that one causes the other.",
    ),
    "/weights": (
        "Each slider says how many times its published weight a part counts; 0 leaves it out.",
        "The ranks change at once, on your screen only. The link holds your weights.",
    ),
    "/layers": (
        "A layer is one indicator. Its page tells who publishes it, what became of every row, and "
        "how good the figures are.",
    ),
    "/readiness": (
        "Each layer has a grade from A (good) to D (weak) by written rules: coverage, age, "
        "precision and how figures came to the areas.",
        "The list of what would improve most is ordered by how much of the index rests on a layer.",
    ),
    "/trace": (
        "From the figure back to its source: the formula with its numbers, the files with their "
        "hashes, the rows, and the rows that were left out with the reason.",
    ),
    "/changes": (
        "Every published version is kept. Choose two to see which figures, ranks and methods "
        "differ, and from what cause.",
    ),
    "/search": ("Words may be in any order. A whole postcode finds the area that holds it.",),
}


def help_for(path: str) -> tuple[str, ...]:
    """Return the sentences for a page by its path; empty where there are none."""
    first = "/" + path.strip("/").partition("/")[0]
    return HELP.get(first, ())
