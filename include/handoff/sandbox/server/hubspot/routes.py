"""Every request that the sandbox answers, by its path without the version."""

from __future__ import annotations

from starlette.routing import Route

from handoff.sandbox.server.hubspot import (
    association_routes,
    definition_routes,
    marketing_routes,
    object_edits,
    object_reads,
    search,
)

_OBJECTS = "/crm/objects/{object_type}"
_LINKS = "/crm/associations/{object_type}/{to_object_type}"
_LINK = f"{_OBJECTS}/{{record_id}}/associations/{{to_object_type}}/{{to_record_id}}"
_DEFAULT_LINK = _LINK.replace("/associations/", "/associations/default/")

ROUTES = [
    Route(f"{_OBJECTS}/batch/read", object_reads.read_batch, methods=["POST"]),
    Route(f"{_OBJECTS}/search", search.search_objects, methods=["POST"]),
    Route(f"{_LINKS}/batch/read", association_routes.read_batch, methods=["POST"]),
    Route(_OBJECTS, object_reads.list_objects, methods=["GET"]),
    Route(_OBJECTS, object_edits.create_object, methods=["POST"]),
    Route("/form-integrations/submissions/forms/{form_id}", marketing_routes.list_submissions),
    Route(f"{_OBJECTS}/merge", object_edits.merge_objects, methods=["POST"]),
    Route("/crm/objects/contacts/gdpr-delete", object_edits.erase_contact, methods=["POST"]),
    Route(f"{_OBJECTS}/batch/create", object_edits.create_batch, methods=["POST"]),
    Route(f"{_OBJECTS}/batch/update", object_edits.update_batch, methods=["POST"]),
    Route(f"{_OBJECTS}/batch/archive", object_edits.archive_batch, methods=["POST"]),
    Route(f"{_OBJECTS}/{{record_id}}", object_reads.read_object, methods=["GET"]),
    Route(f"{_OBJECTS}/{{record_id}}", object_edits.update_object, methods=["PATCH"]),
    Route(f"{_OBJECTS}/{{record_id}}", object_edits.archive_object, methods=["DELETE"]),
    Route(
        f"{_OBJECTS}/{{record_id}}/associations/{{to_object_type}}", association_routes.list_of_one
    ),
    Route(_LINK, association_routes.create_one, methods=["PUT"]),
    Route(_DEFAULT_LINK, association_routes.create_one, methods=["PUT"]),
    Route(_LINK, association_routes.archive_one, methods=["DELETE"]),
    Route(f"{_LINKS}/batch/create", association_routes.create_batch, methods=["POST"]),
    Route(f"{_LINKS}/batch/associate/default", association_routes.create_batch, methods=["POST"]),
    Route(f"{_LINKS}/batch/archive", association_routes.archive_batch, methods=["POST"]),
    Route("/crm/owners", definition_routes.list_owners),
    Route("/crm/owners/{owner_id}", definition_routes.read_owner),
    Route("/crm/pipelines/{object_type}", definition_routes.list_pipelines),
    Route("/crm/pipelines/{object_type}/{pipeline_id}", definition_routes.read_pipeline),
    Route("/crm/pipelines/{object_type}/{pipeline_id}/stages", definition_routes.list_stages),
    Route("/crm/properties/{object_type}", definition_routes.list_properties),
    Route("/crm/properties/{object_type}/{property_name}", definition_routes.read_property),
    Route(
        "/oauth/private-apps/get/access-token-info",
        definition_routes.read_private_app_token,
        methods=["POST"],
    ),
    Route("/oauth/token/introspect", definition_routes.introspect_token, methods=["POST"]),
    Route("/account-info/details", definition_routes.read_account),
    Route("/marketing/campaigns", marketing_routes.list_campaigns),
    Route("/marketing/campaigns/{campaign_id}", marketing_routes.read_campaign),
    Route("/marketing/forms", marketing_routes.list_forms),
    Route("/marketing/forms/{form_id}", marketing_routes.read_form),
]
