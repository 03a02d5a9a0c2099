-- Pipedrive's campaigns are another product, which is not read.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as response_id,
    cast(null as varchar) as object,
    cast(null as varchar) as record_id,
    cast(null as varchar) as record_key,
    cast(null as varchar) as campaign_id,
    cast(null as varchar) as status,
    cast(null as timestamp) as responded_at
where 1 = 0
