"""Charts as inline SVG. Their colours are stand-ins that style.css swaps for light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup

from handoff.report.crm_text import clean
from handoff.report.reading.rates import Rate

if TYPE_CHECKING:
    import altair as alt

INK, MUTED, GRID = "#15181d", "#5b6270", "#e3e6eb"
ACCENT, SOFT, ALERT, PAPER = "#2d5bd0", "#b4c4ee", "#b4501e", "#fbfbf9"
WIDTH = 500
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle"}


@dataclass(frozen=True)
class Bar:
    """A bar with the words at its end. style: accent, soft or alert."""

    label: str
    value: float
    words: str
    style: str = "accent"
    series: str = ""


@dataclass(frozen=True)
class Point:
    """A rate at a label of the time axis; open ones are drawn hollow."""

    label: str
    rate: Rate
    is_open: bool = False


def bar_chart(bars: Sequence[Bar], name: str, title: str, description: str) -> Markup:
    """Horizontal bars in their order; bars of one label stand together, one a series."""
    import altair as alt

    colours = {"accent": ACCENT, "soft": SOFT, "alert": ALERT}
    rows: list[dict[str, Any]] = [
        {
            "label": clean(bar.label, 40),
            "value": bar.value,
            "words": clean(bar.words, 40),
            "series": bar.series,
            "style": bar.style,
        }
        for bar in bars
    ]
    grouped = len({bar.series for bar in bars}) > 1
    labels = list(dict.fromkeys(row["label"] for row in rows))
    series = list(dict.fromkeys(row["series"] for row in rows))
    top = max((bar.value for bar in bars), default=0) or 1
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=_quiet_axis()),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.28])),
    )
    if grouped:
        base = base.encode(yOffset=alt.YOffset("series:N", sort=series))
    colour = alt.Color(
        "style:N",
        legend=None,
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
    )
    drawn = base.mark_bar().encode(color=colour)
    words = base.mark_text(align="left", dx=6, color=INK).encode(text="words:N")
    step = 19 if grouped else 25
    chart = (drawn + words).properties(width=WIDTH - 150, height=alt.Step(step))
    return _inline(chart, name, title, description)


def trend_chart(points: Sequence[Point], name: str, title: str, description: str) -> Markup:
    """Rates over weeks, each with its interval; hollow where the cohort is still open."""
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "label": point.label,
            "rate": point.rate.rate,
            "low": point.rate.ci_low,
            "high": point.rate.ci_high,
            "fill": PAPER if point.is_open else ACCENT,
        }
        for point in points
        if point.rate.rate is not None
    ]
    labels = [point.label for point in points]
    x = alt.X(
        "label:O",
        sort=labels,
        scale=alt.Scale(domain=labels),
        title=None,
        axis=_quiet_axis(labelAngle=0, values=labels[::-1][::2][::-1]),
    )
    axis = _quiet_axis(format=".0%", tickCount=4, grid=True, labelPadding=8)
    top = min(1.0, max([row["high"] or row["rate"] for row in rows], default=1.0) * 1.05)
    y = alt.Y("rate:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, top]))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    line = base.mark_line(color=SOFT, strokeWidth=1.5).encode(y=y)
    bounds = base.mark_rule(color=MUTED, strokeWidth=1.25).encode(y="low:Q", y2="high:Q")
    dots = base.mark_point(size=58, strokeWidth=2, color=ACCENT, opacity=1).encode(
        y=y, fill=alt.Fill("fill:N", scale=None)
    )
    chart = (line + bounds + dots).properties(width=WIDTH - 50, height=190)
    return _inline(chart, name, title, description)


def _quiet_axis(**options: Any) -> alt.Axis:
    import altair as alt

    return alt.Axis(
        **{"domain": False, "ticks": False, "labelColor": INK, "labelLimit": 190, **options}
    )


def _inline(chart: Any, name: str, title: str, description: str) -> Markup:
    """The chart as an SVG element with title and description, and nothing that could act."""
    import vl_convert

    font = {"labelFontSize": 13, "gridColor": GRID, "labelPadding": 6}
    chart = chart.configure(
        background="transparent",
        axis=font,
        text={"fontSize": 13},
        padding={"left": 16, "right": 8, "top": 6, "bottom": 4},
    ).configure_view(stroke=None)
    # Altair hashes its data to name it, so the same numbers give the same text.
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(chart.to_dict()))  # noqa: S314
    drawn = _kept(root)
    if drawn is None:
        return Markup("")
    for size in ("width", "height"):
        drawn.attrib.pop(size, None)
    drawn.attrib.update(
        {"class": "chart", "role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    )
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(tag, {"id": f"{name}-{tag}"})
        told.text = text
        drawn.insert(position, told)
    return Markup(ElementTree.tostring(drawn, encoding="unicode"))  # noqa: S704


def _kept(element: ElementTree.Element) -> ElementTree.Element | None:
    """The element with the shapes that these charts need and attributes that only draw."""
    tag = element.tag.removeprefix(f"{{{_SVG}}}")
    if tag not in _DRAWN or element.get("display") == "none":
        return None
    attributes = {
        name: value
        for name, value in element.attrib.items()
        if not name.startswith(("aria-", "on", "{"))
        and name
        not in ("class", "role", "style", "href", "font-family", "pointer-events", "clip-path")
        and not (name == "opacity" and value == "1")
    }
    if tag == "path" and attributes.get("d") in (None, "", "M0,0h0v0h0Z"):
        return None
    kept = ElementTree.Element(tag, attributes)
    kept.text = element.text
    for child in element:
        inner = _kept(child)
        if inner is not None:
            kept.append(inner)
    if tag == "g" and len(kept) == 0:
        return None
    return kept
