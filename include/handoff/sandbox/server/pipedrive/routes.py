"""Every request that the sandbox answers."""

from __future__ import annotations

from starlette.routing import Route

from handoff.sandbox.server.pipedrive import edits, reads

_V2 = ("persons", "organizations", "deals", "activities", "pipelines", "stages")
_FIELDS = ("deal", "person", "organization", "activity")

ROUTES = [
    Route("/api/v2/deals/archived", reads.list_archived_deals, methods=["GET"]),
    *(Route(f"/api/v2/{name}", reads.list_records, methods=["GET"], name=name) for name in _V2),
    *(Route(f"/api/v2/{name}Fields", reads.list_fields, name=name) for name in _FIELDS),
    Route("/api/v2/{name}", edits.create, methods=["POST"]),
    Route("/api/v2/{name}/{id:int}", reads.read_record, methods=["GET"]),
    Route("/api/v2/{name}/{id:int}", edits.update, methods=["PATCH"]),
    Route("/api/v2/{name}/{id:int}", edits.delete, methods=["DELETE"]),
    Route("/api/v1/users", reads.list_users, methods=["GET"]),
    Route("/api/v1/users/me", reads.read_own_user, methods=["GET"]),
    Route("/api/v1/leads", reads.list_leads, methods=["GET"]),
    Route("/api/v1/leads", edits.create_lead, methods=["POST"]),
    Route("/api/v1/leads/archived", reads.list_archived_leads, methods=["GET"]),
    Route("/api/v1/leads/{id}", reads.read_lead, methods=["GET"]),
    Route("/api/v1/leads/{id}", edits.update_lead, methods=["PATCH"]),
    Route("/api/v1/leads/{id}", edits.delete_lead, methods=["DELETE"]),
    Route("/api/v1/deals/{id:int}/changelog", reads.list_changelog, methods=["GET"]),
    Route("/api/v1/{name}/{id:int}/merge", edits.merge, methods=["PUT"]),
]
