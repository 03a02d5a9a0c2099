-- Pipedrive's web forms make leads; what was typed has no endpoint.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as submission_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as email,
    cast(null as varchar) as page_url,
    cast(null as varchar) as landing_page,
    cast(null as varchar) as utm_campaign,
    cast(null as varchar) as utm_source,
    cast(null as varchar) as utm_medium,
    cast(null as timestamp) as submitted_at
where 1 = 0
