"""Charts draw, say in words what they draw, and nothing in them can act."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from handoff.report.charts import Bar, Point, bar_chart, trend_chart
from handoff.report.crm_text import clean
from handoff.report.reading.rates import Rate
from published_week import HOSTILE

_SHAPES = {"svg", "g", "path", "rect", "line", "text", "tspan", "title", "desc"}


@pytest.fixture(scope="module")
def drawn() -> str:
    bars = [Bar(HOSTILE, 3, "3 of 4"), Bar("Plain", 5, HOSTILE, "alert")]
    return str(bar_chart(bars, "chart-x", f"Title {HOSTILE}", f"Words {HOSTILE}"))


def test_hostile_labels_stay_text(drawn: str) -> None:
    elements = list(ElementTree.fromstring(drawn).iter())  # noqa: S314
    assert {element.tag for element in elements} <= _SHAPES
    names = {name for element in elements for name in element.attrib}
    assert not {n for n in names if n.startswith(("on", "style", "href", "{"))}
    assert "&lt;script&gt;" in drawn
    assert "\u202e" not in "".join(e.text or "" for e in elements if e.tag == "text")


def test_a_chart_is_an_image_with_title_and_description(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)  # noqa: S314
    assert (root.get("role"), root.get("aria-labelledby")) == (
        "img",
        "chart-x-title chart-x-desc",
    )
    assert [(child.tag, child.get("id")) for child in root][:2] == [
        ("title", "chart-x-title"),
        ("desc", "chart-x-desc"),
    ]


def test_the_same_numbers_give_the_same_drawing(drawn: str) -> None:
    bars = [Bar(HOSTILE, 3, "3 of 4"), Bar("Plain", 5, HOSTILE, "alert")]
    assert str(bar_chart(bars, "chart-x", f"Title {HOSTILE}", f"Words {HOSTILE}")) == drawn


def test_open_cohorts_are_hollow_and_hidden_rates_are_no_points() -> None:
    points = [
        Point("7 Sep", Rate(9, 90, 0.1, 0.05, 0.2)),
        Point("14 Sep", Rate(5, 50, 0.1, 0.05, 0.2), is_open=True),
        Point("21 Sep", Rate(3, 4, None)),
    ]
    drawn = str(trend_chart(points, "chart-y", "Title", "Words"))
    dots = [
        shape.get("fill")
        for shape in ElementTree.fromstring(drawn).iter("path")  # noqa: S314
        if shape.get("stroke-width") == "2"
    ]
    assert sorted(dots) == ["#2d5bd0", "#fbfbf9"]


def test_text_of_a_crm_becomes_one_safe_line() -> None:
    assert clean("a\u202eb\x00c\n d\u200d") == "abc d\u200d"
    assert clean("x" * 300, 10) == "x" * 9 + "…"
    assert clean(None) == "None"
