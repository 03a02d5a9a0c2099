"""HubSpot's own client for Python reads everything: an independent opinion on the shapes."""

from __future__ import annotations

import hubspot
import hubspot.crm.associations.v4 as associations
import hubspot.crm.contacts as contacts
import pytest
from tiny_portal import at

from handoff.sandbox.server import RunningSandbox


@pytest.fixture
def client(sandbox: RunningSandbox) -> hubspot.HubSpot:
    return hubspot.Client.create(access_token=sandbox.token, host=sandbox.base_url)


def test_it_lists_every_object(client: hubspot.HubSpot) -> None:
    crm = client.crm
    assert [c.id for c in crm.contacts.get_all()] == ["101", "102", "103", "104", "105"]
    assert [c.id for c in crm.contacts.get_all(archived=True)] == ["109"]
    assert [c.id for c in crm.companies.get_all()] == ["201", "202"]
    deals = crm.deals.get_all(properties_with_history=["dealstage"], associations=["contacts"])
    assert [d.associations["contacts"].results[0].id for d in deals] == ["101", "102"]
    assert [c.id for c in crm.objects.get_all("calls")] == ["401"]
    for name in ("emails", "meetings", "tasks", "notes"):
        assert crm.objects.get_all(name) == []
    assert crm.objects.calls.basic_api.get_page().results[0].created_at.day == 4


def test_it_reads_histories_and_batches(client: hubspot.HubSpot) -> None:
    (first, *_) = client.crm.contacts.get_all(properties_with_history=["lifecyclestage"])
    latest, earliest = first.properties_with_history["lifecyclestage"]
    assert (latest.value, latest.source_type, latest.updated_by_user_id) == (
        "marketingqualifiedlead",
        "CRM_UI",
        50,
    )
    assert earliest.source_type == "FORM"
    read = contacts.BatchReadInputSimplePublicObjectId(
        inputs=[{"id": "101"}, {"id": "999"}],
        properties=["email"],
        properties_with_history=[],
    )
    answer = client.crm.contacts.batch_api.read(read)
    assert [record.id for record in answer.results] == ["101"]
    assert answer.num_errors == 1
    assert answer.errors[0].context == {"ids": ["999"]}


def test_it_searches(client: hubspot.HubSpot) -> None:
    wanted = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "1767430800000"}
    request = contacts.PublicObjectSearchRequest(
        filter_groups=[{"filters": [wanted]}], sorts=["-hs_object_id"], limit=2
    )
    page = client.crm.contacts.search_api.do_search(request)
    assert page.total == 3
    assert [record.id for record in page.results] == ["105", "104"]
    assert page.paging.next.after == "2"


def test_it_reads_owners_pipelines_properties_and_forms(client: hubspot.HubSpot) -> None:
    owners = client.crm.owners.owners_api
    assert [owner.user_id for owner in owners.get_page().results] == [50]
    assert [owner.id for owner in owners.get_page(archived=True).results] == ["8"]
    (pipeline,) = client.crm.pipelines.pipelines_api.get_all("deals").results
    assert pipeline.stages[0].metadata == {"isClosed": "true"}
    names = [row.name for row in client.crm.properties.core_api.get_all("contacts").results]
    assert names == ["email", "jobtitle", "lifecyclestage"]


def test_it_reads_associations(client: hubspot.HubSpot) -> None:
    read = associations.BatchInputPublicFetchAssociationsBatchRequest(
        inputs=[{"id": "101"}, {"id": "105"}]
    )
    answer = client.crm.associations.v4.batch_api.get_page("contacts", "companies", read)
    (only,) = answer.results
    assert only._from.id == "101"
    labels = [[kind.label for kind in to.association_types] for to in only.to]
    assert labels == [["Primary", None], [None]]
    page = client.crm.associations.v4.basic_api.get_page("deals", "301", "contacts")
    assert page.results[0].association_types[0].type_id == 3


def test_it_edits_merges_and_erases(client: hubspot.HubSpot) -> None:
    basic = client.crm.contacts.basic_api
    made = basic.create(
        contacts.SimplePublicObjectInputForCreate(
            properties={"email": "made@buyer.example"}, associations=[]
        )
    )
    basic.update(made.id, contacts.SimplePublicObjectInput(properties={"firstname": "Made"}))
    basic.merge(contacts.PublicMergeInput(primary_object_id="101", object_id_to_merge=made.id))
    survivor = basic.get_by_id("101", properties=["hs_merged_object_ids"])
    assert survivor.properties["hs_merged_object_ids"] == made.id
    basic.archive("102")
    basic.purge(contacts.PublicGdprDeleteInput(object_id="103"))
    assert [c.id for c in client.crm.contacts.get_all()] == ["101", "104", "105"]


def test_it_understands_refusals(sandbox: RunningSandbox, client: hubspot.HubSpot) -> None:
    with pytest.raises(contacts.ApiException) as missing:
        client.crm.contacts.basic_api.get_by_id("999")
    assert missing.value.status == 404
    stranger = hubspot.Client.create(access_token="wrong", host=sandbox.base_url)  # noqa: S106
    with pytest.raises(contacts.ApiException) as unknown:
        stranger.crm.contacts.basic_api.get_page()
    assert unknown.value.status == 401
    assert at(1) in client.crm.contacts.basic_api.get_by_id("101").to_dict()["properties"].values()
