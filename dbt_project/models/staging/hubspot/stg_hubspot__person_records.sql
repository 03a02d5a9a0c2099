-- Contacts, and leads where the account has them: a lead is a person's place in the work of sales.
-- It has no address of its own; which contact it is about is one of the identity links.

with

contacts as (
    select
        *,
        'contacts' as object,
        '0-1' as object_type_id
    from {{ landed('hubspot__contacts') }}
),

leads as (
    select
        *,
        'leads' as object,
        '0-136' as object_type_id
    from {{ landed('hubspot__leads') }}
),

lead_companies as (
    select
        source_id,
        from_record_id,
        to_record_id as company_record_id
    from {{ ref('stg_hubspot__associations') }}
    where from_object = 'leads' and to_object = 'companies'
    qualify
        row_number() over (
            partition by source_id, from_record_id order by is_primary desc, to_record_id
        ) = 1
),

sources as (
    select * from {{ playbook('sources') }}
),

records as (
    select * from contacts
    union all by name
    select * from leads
),

latest_versions as (
    select
        records.*,
        min(landed_at) over (partition by source_id, object, id) as first_landed_at
    from records
    qualify
        row_number() over (partition by source_id, object, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.object,
        latest_versions.id as record_id,
        latest_versions.source_id || '/' || latest_versions.object || '/' || latest_versions.id
            as record_key,
        coalesce(
            latest_versions.properties['associatedcompanyid'], lead_companies.company_record_id
        ) as company_record_id,
        latest_versions.properties['hubspot_owner_id'] as owner_id,

        -- strings
        {{ folded("latest_versions.properties['email']") }} as email,
        {{ folded("latest_versions.properties['hs_additional_emails']") }} as additional_emails,
        latest_versions.properties['jobtitle'] as job_title,
        latest_versions.properties['country'] as country,
        latest_versions.properties['industry'] as industry,
        replace(
            replace(
                sources.record_url_template, '{object_type_id}', latest_versions.object_type_id
            ),
            '{record_id}', latest_versions.id
        ) as record_url,

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
    left join lead_companies
        on
            latest_versions.source_id = lead_companies.source_id
            and latest_versions.id = lead_companies.from_record_id
            and latest_versions.object = 'leads'
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
