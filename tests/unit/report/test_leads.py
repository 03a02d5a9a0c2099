"""Links of leads lead to https or nowhere."""

from __future__ import annotations

import pytest

from handoff.report.reading.leads import https_or_none, record_name


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "http://app.example.com/1",
        "//evil.example",
        "data:text/html,x",
        "https:///nowhere",
        "https://[broken",
    ],
)
def test_other_schemes_are_no_links(url: str | None) -> None:
    assert https_or_none(url) is None


def test_https_is_a_link() -> None:
    assert https_or_none("https://app.example.com/1") == "https://app.example.com/1"


def test_a_record_is_named_by_its_kind_and_number() -> None:
    assert record_name("hubspot/contacts/100") == "contact 100"
    assert record_name("eu/portal/deals/7") == "deal 7"
    assert record_name(None) == "–"
