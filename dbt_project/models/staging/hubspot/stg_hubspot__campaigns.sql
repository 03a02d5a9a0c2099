with

campaigns as (
    select * from {{ landed('hubspot__campaigns') }}
),

latest_versions as (
    select *
    from campaigns
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as campaign_id,
        source_id || '/' || id as campaign_key,

        -- strings
        properties['hs_name'] as name,
        {{ folded("properties['hs_utm']") }} as utm_campaign,

        -- timestamps
        {{ crm_instant('"createdAt"') }} as created_at
    from latest_versions
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
