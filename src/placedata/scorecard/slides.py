"""A scorecard as three slides with native charts: the score, the components, what stands out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from placedata.scorecard.blocks import ROUNDING, picture, rank_words, score_text
from placedata.scorecard.pictures import locator_svg
from placedata.scorecard.safe import safe_cell, safe_text
from placedata.wording import join_list, licence_name

if TYPE_CHECKING:
    from placedata.scorecard.card import Scorecard
    from placedata.scorecard.parts import NodeScore
    from placedata.scorecard.statements import Standing
    from placedata.snapshot import Snapshot

#: Inches: a slide of 16 to 9.
WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.6
INK, FAINT, QUIET = "0B0C0C", "505A5F", "B1B4B6"
MOST = 6
TITLE_ONLY = 5


def to_pptx(card: Scorecard, snapshot: Snapshot) -> bytes:
    """Return the card as a deck: every slide titled, every picture and chart told in words."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    told = deck.core_properties
    told.title, told.author = (
        safe_text(f"{card.area_name}: scorecard"),
        safe_text(card.branding.council),
    )
    told.subject, told.language = f"snapshot {card.snapshot}, card {card.hash}", "en-GB"
    _first(deck, card, snapshot)
    _components(deck, card)
    _standing(deck, card)
    for slide in deck.slides:
        _foot(slide, card)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _first(deck: Any, card: Scorecard, snapshot: Snapshot) -> None:  # noqa: ANN401
    slide = _slide(deck, card, _headline(card))
    # the title is the first sentence
    said = [item.text for item in card.sentences[1 : MOST + 1]]
    said = said or [card.not_scored or "There is no score."]
    _text(slide, (MARGIN, 1.75, 7.6, 4.8), said, size=18, bullets=True)
    drawn = locator_svg(card, snapshot)
    if drawn:
        from placedata.scorecard.pdf import png

        told = picture(drawn)
        _picture(slide, png(drawn), (8.9, 1.75, 3.8, 4.3), told["alt"])


def _headline(card: Scorecard) -> str:
    top = card.index
    if top is None or top.score is None:
        return f"{card.area_name}: no score"
    rank = f", {rank_words(top)}" if top.rank is not None else ""
    return f"{card.area_name} scores {score_text(top.score)} of 100{rank}"


def _components(deck: Any, card: Scorecard) -> None:  # noqa: ANN401
    nodes = [node for node in card.nodes if node.level == "component" and node.score is not None]
    slide = _slide(deck, card, f"{card.area_name}: scores of the components")
    if not nodes:
        _text(slide, (MARGIN, 1.75, 12, 1), ["No component has a score."], size=18)
        return
    mean = f"Mean of {card.nouns[1]}" if card.kind != "place" else "Mean of all areas"
    series = [(card.area_name, [node.score for node in nodes])]
    if card.kind != "place":
        series.append((mean, [node.place_mean for node in nodes]))
    told = "; ".join(_told(node, mean) for node in nodes)
    _bars(slide, (MARGIN, 1.6, WIDTH - 2 * MARGIN, 5.1), [node.title for node in nodes], series,
          f"Bar chart of component scores, 0 to 100, higher is better. {told}.", card)  # fmt: skip


def _told(node: NodeScore, mean: str) -> str:
    other = "" if node.place_mean is None else f" ({mean.lower()} {score_text(node.place_mean)})"
    return f"{node.title} {score_text(node.score)}{other}"


def _standing(deck: Any, card: Scorecard) -> None:  # noqa: ANN401
    slide = _slide(deck, card, f"What stands out in {card.area_name}")
    shown = [*card.strengths[:MOST], *card.weaknesses[:MOST]]
    scored = [item for item in shown if item.score is not None]
    if scored:
        series = [(card.area_name, [item.score for item in scored])]
        means = [item.centre for item in scored]
        if all(mean is not None for mean in means):
            series.append((f"Mean of {card.nouns[1]}", means))
        told = "; ".join(f"{item.title} {score_text(item.score)}" for item in scored)
        _bars(slide, (6.9, 1.6, 5.9, 5.1), [item.title for item in scored], series,
              f"Bar chart of scores of what stands out, 0 to 100. {told}.", card)  # fmt: skip
    width = 6.0 if scored else 12.0
    _text(slide, (MARGIN, 1.6, width, 5.1), [
        "▲ Strengths", *_lines(card.strengths), "", "▼ Weaknesses", *_lines(card.weaknesses),
    ], size=13, strong=("▲", "▼"))  # fmt: skip


def _lines(items: Sequence[Standing]) -> list[str]:
    if not items:
        return ["None stands out."]
    more = [f"and {len(items) - MOST} more"] if len(items) > MOST else []
    return [*(item.text for item in items[:MOST]), *more]


def _slide(deck: Any, card: Scorecard, title: str) -> Any:  # noqa: ANN401
    """Return a new slide with its title, and notes."""
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type is not None and shape != slide.shapes.title:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  no public way
    head = slide.shapes.title
    head.left, head.top = Inches(MARGIN), Inches(0.45)
    head.width, head.height = Inches(WIDTH - 2 * MARGIN), Inches(0.95)
    _fill(head.text_frame, [title], size=26, colour=card.branding.colour.lstrip("#"), strong=("",))
    notes = slide.notes_slide.notes_text_frame
    licences = join_list([licence_name(code) for code in card.licences])
    notes.text = safe_text("\n".join([
        *(item.text for item in card.sentences), ROUNDING, f"{card.notice}.",
        f"Licences: {licences}.",
        *card.attribution, f"Made again by: {card.reproduce}",
    ]))  # fmt: skip
    notes.paragraphs[0].font.size = Pt(12)
    return slide


def _foot(slide: Any, card: Scorecard) -> None:  # noqa: ANN401
    """Add where the slide comes from, last, so that it is read last."""
    source = f"snapshot {card.snapshot} · published {card.published} · card {card.hash}"
    place = f"{card.place_name} is fictional" if card.fictional else card.place_name
    source = f"{place} · {source}"
    _text(slide, (MARGIN, 6.9, WIDTH - 2 * MARGIN, 0.35), [source], size=10, colour=FAINT)


def _text(
    slide: Any,  # noqa: ANN401
    box: tuple[float, float, float, float],
    lines: Sequence[str],
    *,
    size: int,
    **style: Any,  # noqa: ANN401
) -> None:
    from pptx.util import Inches

    shape = slide.shapes.add_textbox(*(Inches(part) for part in box))
    _fill(shape.text_frame, lines, size=size, **style)


def _fill(
    frame: Any,  # noqa: ANN401
    lines: Sequence[str],
    *,
    size: int,
    colour: str = INK,
    strong: tuple[str, ...] = (),
    bullets: bool = False,
) -> None:
    """Write lines as paragraphs; those that begin with a sign of `strong` are bold."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(size * 0.35)
        run = paragraph.add_run()
        run.text = safe_text(f"• {line}" if bullets else line)
        run.font.size, run.font.color.rgb = Pt(size), RGBColor.from_string(colour.upper())
        run.font.bold = bool(strong) and line.startswith(strong)
        run._r.get_or_add_rPr().set("lang", "en-GB")  # noqa: SLF001  python-pptx has no other way


def _picture(slide: Any, data: bytes, box: tuple[float, float, float, float], alt: str) -> None:  # noqa: ANN401
    """Add a picture within a box, its proportions kept."""
    from pptx.util import Inches

    left, top, width, height = box
    shape = slide.shapes.add_picture(
        io.BytesIO(data), Inches(left), Inches(top), width=Inches(width)
    )
    if shape.height > Inches(height):
        shape.width = round(shape.width * Inches(height) / shape.height)
        shape.height = Inches(height)
    _describe(shape, alt)


def _bars(
    slide: Any,  # noqa: ANN401
    box: tuple[float, float, float, float],
    names: list[str],
    series: list[tuple[str, list[Any]]],
    alt: str,
    card: Scorecard,
) -> None:
    """Add a native chart of horizontal bars; its data can be opened and edited."""
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    data = CategoryChartData(number_format="0.0")
    data.categories = [safe_cell(name) for name in names]
    for name, values in series:
        data.add_series(str(safe_cell(name)), values)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, *(Inches(part) for part in box), data
    )
    chart = frame.chart
    chart.has_title = False
    chart.has_legend, chart.font.size = True, Pt(11)
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(QUIET)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.has_major_gridlines = 0, 100, False
    axis.visible = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, -5
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0.0", False
    plot.data_labels.font.size = Pt(10)
    for each, colour in zip(plot.series, (card.branding.colour.lstrip("#"), QUIET), strict=False):
        each.format.fill.solid()
        each.format.fill.fore_color.rgb = RGBColor.from_string(colour.upper())
    _describe(frame, alt)


def _describe(shape: Any, alt: str) -> None:  # noqa: ANN401
    """Give a picture or chart its alternative text."""
    shape._element._nvXxPr.cNvPr.set("descr", safe_text(alt))  # noqa: SLF001  no public way
