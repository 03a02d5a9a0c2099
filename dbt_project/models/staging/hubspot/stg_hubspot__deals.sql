with

deals as (
    select * from {{ landed('hubspot__deals') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

latest_versions as (
    select *
    from deals
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.id as record_id,
        {{ record_key('latest_versions.source_id', "'deals'", 'latest_versions.id') }}
            as record_key,
        latest_versions.properties['hubspot_owner_id'] as owner_id,

        -- strings
        latest_versions.properties['pipeline'] as pipeline_id,
        latest_versions.properties['dealstage'] as stage_value,
        latest_versions.properties['deal_currency_code'] as currency,
        {{ record_url('sources.record_url_template', '0-3', 'latest_versions.id') }} as record_url,

        -- numerics
        try_cast(latest_versions.properties['amount'] as decimal(18, 2)) as amount,

        -- booleans
        coalesce(latest_versions.archived, false) as is_archived,

        -- timestamps
        coalesce(
            {{ crm_instant("latest_versions.properties['createdate']") }},
            {{ crm_instant('latest_versions."createdAt"') }}
        ) as created_at,
        {{ crm_instant("latest_versions.properties['closedate']") }} as closed_at
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
