-- Pipedrive's sequences have no endpoint.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as object,
    cast(null as varchar) as record_id,
    cast(null as varchar) as record_key
where 1 = 0
