-- A lead lives on after its conversion, beside the contact that it became. A lead or contact that
-- was merged into another lies in the recycle bin, which is not what archived means.

with

leads as (
    select
        'leads' as object,
        *
    from {{ landed('salesforce__leads') }}
),

contacts as (
    select
        'contacts' as object,
        *
    from {{ landed('salesforce__contacts') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

people as (
    select * from leads
    union all
    select * from contacts
),

latest_versions as (
    select
        people.*,
        min(landed_at) over (partition by source_id, object, id) as first_landed_at,
        {{ is_deleted_not_merged('fields') }} as is_archived
    from people
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.object,
        latest_versions.id as record_id,
        {{ record_key(
            'latest_versions.source_id', 'latest_versions.object', 'latest_versions.id'
        ) }} as record_key,
        coalesce(
            latest_versions.fields['AccountId'], latest_versions.fields['ConvertedAccountId']
        ) as company_record_id,
        latest_versions.fields['OwnerId'] as owner_id,

        -- strings
        {{ folded("latest_versions.fields['Email']") }} as email,
        cast(null as varchar) as additional_emails,
        latest_versions.fields['Title'] as job_title,
        coalesce(
            latest_versions.fields['Country'], latest_versions.fields['MailingCountry']
        ) as country,
        latest_versions.fields['Industry'] as industry,
        case latest_versions.object
            when 'leads'
                then {{ record_url('sources.record_url_template', 'Lead', 'latest_versions.id') }}
            else {{ record_url('sources.record_url_template', 'Contact', 'latest_versions.id') }}
        end as record_url,

        -- numerics
        try_cast(try_cast(latest_versions.fields['NumberOfEmployees'] as double) as bigint)
            as employee_count,

        -- booleans
        latest_versions.is_archived,

        -- timestamps
        {{ crm_instant("latest_versions.fields['CreatedDate']") }} as created_at,
        {{ crm_instant("latest_versions.fields['SystemModstamp']") }} as updated_at,
        case
            when latest_versions.is_archived
                then {{ crm_instant("latest_versions.fields['SystemModstamp']") }}
        end as archived_at,
        latest_versions.first_landed_at,
        latest_versions.landed_at
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
