"""What the playbook passes through arrives at readers as it stands in the CRM."""

from __future__ import annotations

import gzip
import json

import pytest
from demo_portal import DemoPortal

from handoff.playbook import load_playbook

pytestmark = pytest.mark.slow


def test_a_passed_property_is_published_for_every_record_that_has_it(demo: DemoPortal) -> None:
    playbook = load_playbook(demo.home.settings.playbook_dir)
    (passed,) = playbook.passed_properties.passed_properties
    object_, _, name = passed.property.partition(".")
    with gzip.open(demo.portal / f"{passed.source}/{object_}.ndjson.gz", "rt") as lines:
        records = [json.loads(line) for line in lines]
    there = {
        (f"{passed.source}/{object_}/{record['id']}", record["properties"][name])
        for record in records
        if record["properties"].get(name)
    }
    assert there
    found = demo.home.published(
        "select record_key, value from dim_passed_properties where name = ?", passed.name
    )
    assert set(found) == there
    assert len(found) == len(there)
    strangers = demo.home.published(
        "select count(*) from dim_passed_properties as passed"
        " left join map_person_records as records using (record_key)"
        " where passed.person_key is distinct from records.person_key or passed.label <> ?",
        passed.label,
    )
    assert strangers == [(0,)]


def test_an_account_that_was_read_once_has_not_drifted(demo: DemoPortal) -> None:
    assert demo.home.published("select count(*) from rpt_schema_drift") == [(0,)]
