"""The charts, drawn by matplotlib without its global state: as SVG for pages and as PNG for Word."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from complaints_sheet.core.wording import day_month, number
from complaints_sheet.pack.blocks import BarChart, XmrChart
from complaints_sheet.pack.palette import Palette
from complaints_sheet.pack.sentences import shown
from complaints_sheet.pack.xmr import Mark

FONTS = Path(__file__).parent / "fonts"
FONT_NAME = "Open Sans"
WIDTH_INCHES = 7.0
MOST_POINTS = 26  # a year of fortnights
TEXT_SIZE = 8.5  # points
SHAPES: dict[Mark, str] = {"usual": "o", "concern": "D", "improvement": "o", "different": "s"}


def svg(chart: XmrChart | BarChart, palette: Palette, *, as_text: bool) -> str:
    """Return the chart as one `<svg>` element with a title and a description.

    With `as_text` its words stay text in the page's own font; without, they are drawn as outlines.
    """
    with mpl.rc_context(_settings(chart, as_text=as_text)), _quiet():
        drawn = StringIO()
        _draw(chart, palette).savefig(drawn, format="svg", metadata={"Date": None}, transparent=True)
    return _tidied(drawn.getvalue(), chart)


def png(chart: XmrChart | BarChart, palette: Palette, dots_per_inch: int = 200) -> bytes:
    """Return the chart as a PNG picture on white."""
    with mpl.rc_context(_settings(chart, as_text=False)), _quiet():
        drawn = BytesIO()
        _draw(chart, palette).savefig(drawn, format="png", dpi=dots_per_inch, facecolor=palette.paper)
    return drawn.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """Draw without a warning for each character that the fonts lack; it is drawn as a box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def _settings(chart: XmrChart | BarChart, *, as_text: bool) -> dict[Any, Any]:
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for font in sorted(FONTS.glob("*.ttf")):
        if str(font) not in known:
            font_manager.fontManager.addfont(str(font))
    return {
        "font.family": [FONT_NAME, "DejaVu Sans"],
        "font.size": TEXT_SIZE,
        "svg.fonttype": "none" if as_text else "path",
        "svg.hashsalt": chart.id,  # the same chart gives the same bytes
        "path.simplify": False,
    }


def _draw(chart: XmrChart | BarChart, palette: Palette) -> Figure:
    return _draw_xmr(chart, palette) if isinstance(chart, XmrChart) else _draw_bars(chart, palette)


def _draw_xmr(chart: XmrChart, palette: Palette) -> Figure:
    height = 1.75 if chart.low else 2.5
    figure = Figure(figsize=(WIDTH_INCHES, height))
    axes = figure.add_axes((0.065, 0.3 / height, 0.815, 1 - 0.425 / height))
    points, marks = chart.xmr.points[-MOST_POINTS:], chart.xmr.marks[-MOST_POINTS:]
    values = [point.value for point in points]
    places = list(range(len(points)))
    _band(axes, chart, palette)
    axes.plot(places, values, color=palette.line, linewidth=1.2, zorder=3)
    for place, value, mark in zip(places, values, marks, strict=True):
        _point(axes, place, value, mark, palette)
    if points:
        _latest(axes, values, chart, palette)
    _frame(axes, palette)
    _scale(axes, chart, values)
    step = max(1, -(-len(points) // 8))
    ticks = places[::-1][::step][::-1]
    axes.set_xticks(ticks, [day_month(points[at].end) for at in ticks])
    axes.set_xlim(-0.6, max(len(points) - 0.4, 1))
    return figure


def _band(axes: Axes, chart: XmrChart, palette: Palette) -> None:
    """Draw the usual range, its mean and the target, each named at the right edge."""
    lines: list[tuple[float, str, dict[str, Any]]] = []
    lower, upper, limits = chart.xmr.lower, chart.xmr.upper, chart.xmr.limits
    if limits is not None and lower is not None and upper is not None:
        axes.axhspan(lower, upper, color=palette.band, linewidth=0, zorder=0)
        dashed: dict[str, Any] = {"linestyle": (0, (3, 2)), "linewidth": 1.0, "color": palette.quiet}
        solid: dict[str, Any] = {"linestyle": "-", "linewidth": 1.1, "color": palette.ink}
        lines = [(upper, "upper", dashed), (limits.mean, "mean", solid), (lower, "lower", dashed)]
    if chart.target is not None:
        lines.append(
            (chart.target, "target", {"linestyle": (0, (7, 3)), "linewidth": 1.1, "color": palette.ink})
        )
    for value, _, style in lines:
        axes.axhline(value, zorder=1, **style)
    named = [(value, f"{name} {shown(value, share=chart.share)}") for value, name, _ in lines]
    _edge_labels(axes, named, chart, palette)


def _edge_labels(axes: Axes, labels: list[tuple[float, str]], chart: XmrChart, palette: Palette) -> None:
    """Write the names of the lines at the right edge, moved apart where they would overlap."""
    low, high = _range(chart, [point.value for point in chart.xmr.points[-MOST_POINTS:]])
    apart = (0.12 if chart.low else 0.085) * (high - low)
    at = high + apart
    for value, words in sorted(labels, reverse=True):
        at = min(value, at - apart)
        axes.annotate(
            words,
            (1.01, at),
            xycoords=("axes fraction", "data"),
            va="center",
            color=palette.quiet,
            annotation_clip=False,
        )


def _point(axes: Axes, place: int, value: float, mark: Mark, palette: Palette) -> None:
    colours = {
        "usual": palette.paper,
        "concern": palette.concern,
        "improvement": palette.improvement,
        "different": palette.ink,
    }
    edge = palette.line if mark == "usual" else colours[mark]
    axes.plot(
        place, value, marker=SHAPES[mark], markersize=4.6 if mark == "usual" else 6, linestyle="none",
        markerfacecolor=colours[mark], markeredgecolor=edge, markeredgewidth=1.1, zorder=4, clip_on=False,
    )  # fmt: skip


def _latest(axes: Axes, values: list[float], chart: XmrChart, palette: Palette) -> None:
    """Write the latest value beside its point, on the side that the line does not come from."""
    below = len(values) > 1 and values[-2] > values[-1]
    axes.annotate(
        shown(values[-1], share=chart.share), (len(values) - 1, values[-1]), xytext=(0, -8 if below else 8),
        textcoords="offset points", ha="center", va="top" if below else "bottom", weight="bold",
        color=palette.ink, zorder=5,
    )  # fmt: skip


def _range(chart: XmrChart, values: list[float]) -> tuple[float, float]:
    """Return the lowest and highest value that the axis shows."""
    known = [each for each in (chart.xmr.lower, chart.xmr.upper, chart.target) if each is not None]
    everything = [*values, *known] or [0.0, 1.0]
    if chart.share:
        return (0.0 if min(everything) < 40 else 20 * ((min(everything) - 5) // 20)), 100.0
    return 0.0, max(everything) * 1.08 or 1.0


def _scale(axes: Axes, chart: XmrChart, values: list[float]) -> None:
    low, high = _range(chart, values)
    axes.set_ylim(low, high)
    if chart.share:
        step = 20 if high - low > 40 else 10
        ticks = [float(each) for each in range(int(low), 101, step)]
    else:
        step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if high / each <= 6)
        ticks = [float(each) for each in range(0, int(high) + 1, step)]
    axes.set_yticks(ticks, [shown(each, share=chart.share) for each in ticks])


def _frame(axes: Axes, palette: Palette) -> None:
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.quiet)
    axes.grid(axis="y", color=palette.grid, linewidth=0.8)
    axes.tick_params(colors=palette.quiet, length=0, pad=5)


def _draw_bars(chart: BarChart, palette: Palette) -> Figure:
    rows = max(1, len(chart.bars))
    height = 0.28 * rows + 0.15
    figure = Figure(figsize=(WIDTH_INCHES, height))
    axes = figure.add_axes((0.27, 0.02, 0.68, 0.96))
    widest = max([1.0, *(max(bar.value, bar.usual or 0) for bar in chart.bars)])
    for row, bar in enumerate(chart.bars):
        colour = palette.concern if bar.stands_out else palette.bar
        axes.barh(row, bar.value, height=0.62, color=colour, zorder=2)
        if bar.usual is not None:
            axes.plot(
                [bar.usual, bar.usual], [row - 0.42, row + 0.42], color=palette.ink, linewidth=2, zorder=3
            )
        end = max(bar.value, bar.usual or 0) + 0.012 * widest
        axes.text(end, row, number(bar.value), va="center", weight="bold", color=palette.ink)
    axes.set_yticks(range(len(chart.bars)), [_label(bar.label) for bar in chart.bars], color=palette.ink)
    for label, bar in zip(axes.get_yticklabels(), chart.bars, strict=True):
        label.set_fontweight("bold" if bar.stands_out else "normal")
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xlim(0, widest * 1.06)
    axes.set_xticks([])
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(palette.quiet)
    axes.tick_params(length=0)
    return figure


def _label(words: str) -> str:
    """Return a bar's label short enough for its margin; a dollar sign must not start mathematics."""
    line = words if len(words) <= 30 else f"{words[:29].rstrip()}…"
    return line.replace("$", r"\$")


_OPENING = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_ID = re.compile(r' id="([^"]+)"')
_USED = re.compile(r'(?:href="#|url\(#)([^")]+)')


def _tidied(drawn: str, chart: XmrChart | BarChart) -> str:
    """Return the element alone: named for a screen reader, ids of its own, the page's font, no fixed size."""
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    used = set(_USED.findall(body))
    body = re.sub(
        r' id="([^"]+)"', lambda found: f' id="{chart.id}-{found[1]}"' if found[1] in used else "", body
    )
    body = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\g<1>{chart.id}-", body)
    body = body.replace("xlink:href", "href")
    body = re.sub(rf"'{FONT_NAME}'(?:, [^;\"]*)?|font-family: sans-serif", _own_font, body)
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL)  # it would style the whole page
    opening = _OPENING.match(body)
    box = re.search(r'viewBox="([^"]+)"', opening[0] if opening else "")
    view = box[1] if box else "0 0 504 180"
    named = f'role="img" aria-labelledby="{chart.id}-title {chart.id}-description"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" stroke-linejoin="round" {named}>'
        f'<title id="{chart.id}-title">{escape(chart.title)}</title>'
        f'<desc id="{chart.id}-description">{escape(chart.alt)}</desc>'
    )
    return head + body[opening.end() if opening else 0 :].strip()


def _own_font(found: re.Match[str]) -> str:
    return "font-family: inherit" if found[0].startswith("font-family") else "inherit"
