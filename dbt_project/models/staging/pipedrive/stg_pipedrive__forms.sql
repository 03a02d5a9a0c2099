-- Pipedrive's web forms make leads; the forms themselves have no endpoint.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as name,
    cast(null as varchar) as form_type,
    cast(null as boolean) as is_archived
where 1 = 0
