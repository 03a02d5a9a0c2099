-- Pipedrive's campaigns are another product, which is not read.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as campaign_id,
    cast(null as varchar) as campaign_key,
    cast(null as varchar) as name,
    cast(null as varchar) as utm_campaign,
    cast(null as timestamp) as created_at
where 1 = 0
