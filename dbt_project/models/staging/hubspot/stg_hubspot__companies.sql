with

companies as (
    select * from {{ landed('hubspot__companies') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

latest_versions as (
    select *
    from companies
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.id as record_id,
        {{ record_key('latest_versions.source_id', "'companies'", 'latest_versions.id') }}
            as record_key,

        -- strings
        latest_versions.properties['name'] as name,
        {{ folded("latest_versions.properties['domain']") }} as domain,
        latest_versions.properties['industry'] as industry,
        latest_versions.properties['country'] as country,
        {{ record_url('sources.record_url_template', '0-2', 'latest_versions.id') }} as record_url,

        -- numerics
        try_cast(latest_versions.properties['numberofemployees'] as bigint) as employee_count,
        try_cast(latest_versions.properties['annualrevenue'] as decimal(18, 2)) as annual_revenue,

        -- booleans
        coalesce(latest_versions.archived, false) as is_archived
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
