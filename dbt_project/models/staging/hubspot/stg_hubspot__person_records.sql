with

contacts as (
    select * from {{ landed('hubspot__contacts') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

latest_versions as (
    select
        contacts.*,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from contacts
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        'contacts' as object,
        latest_versions.id as record_id,
        {{ record_key('latest_versions.source_id', "'contacts'", 'latest_versions.id') }}
            as record_key,
        latest_versions.properties['associatedcompanyid'] as company_record_id,
        latest_versions.properties['hubspot_owner_id'] as owner_id,

        -- strings
        {{ folded("latest_versions.properties['email']") }} as email,
        {{ folded("latest_versions.properties['hs_additional_emails']") }} as additional_emails,
        latest_versions.properties['jobtitle'] as job_title,
        latest_versions.properties['country'] as country,
        latest_versions.properties['industry'] as industry,
        {{ record_url('sources.record_url_template', '0-1', 'latest_versions.id') }} as record_url,

        -- numerics
        try_cast(latest_versions.properties['numberofemployees'] as bigint) as employee_count,

        -- booleans
        coalesce(latest_versions.archived, false) as is_archived,

        -- timestamps
        {{ crm_instant('latest_versions."createdAt"') }} as created_at,
        {{ crm_instant('latest_versions."updatedAt"') }} as updated_at,
        {{ crm_instant('latest_versions."archivedAt"') }} as archived_at,
        latest_versions.first_landed_at,
        latest_versions.landed_at
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
