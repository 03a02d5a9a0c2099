"""HubSpot's public API over a portal folder: its shapes, its limits and its refusals."""
