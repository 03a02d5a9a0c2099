-- A lead is an opening with a person, and the person is a contact of its own: the lead names it and
-- is a record of that person (stg_pipedrive__identity_links). A lead with a company alone is of
-- nobody. Further addresses of a contact stand beside its primary one.

with

contacts as (
    select
        *,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from {{ landed('pipedrive__contacts') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

leads as (
    select
        *,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from {{ landed('pipedrive__leads') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

sources as (
    select * from {{ playbook('sources') }}
),

addresses as (
    select
        source_id,
        id as record_id,
        {{ exploded('emails') }} as address
    from contacts
),

emails as (
    select
        source_id,
        record_id,
        max(case when address."primary" then {{ folded('address."value"') }} end) as email,
        string_agg(
            case
                when not coalesce(address."primary", false) then {{ folded('address."value"') }}
            end,
            ';'
        ) as additional_emails
    from addresses
    group by source_id, record_id
),

people as (
    select
        contacts.source_id,
        'contacts' as object,
        contacts.id as record_id,
        contacts.org_id as company_record_id,
        contacts.owner_id,
        emails.email,
        emails.additional_emails,
        contacts.job_title,
        'person' as page,
        coalesce(contacts.is_deleted, false) as is_archived,
        contacts.add_time,
        contacts.update_time,
        contacts.first_landed_at,
        contacts.landed_at
    from contacts
    left join emails
        on
            contacts.source_id = emails.source_id
            and contacts.id = emails.record_id
    union all
    select
        source_id,
        'leads' as object,
        id as record_id,
        organization_id as company_record_id,
        owner_id,
        cast(null as varchar) as email,
        cast(null as varchar) as additional_emails,
        cast(null as varchar) as job_title,
        'leads/inbox' as page,
        coalesce(is_deleted, false) as is_archived,
        add_time,
        update_time,
        first_landed_at,
        landed_at
    from leads
    where person_id is not null
),

final as (
    select
        -- ids
        people.source_id,
        people.object,
        people.record_id,
        {{ record_key('people.source_id', 'people.object', 'people.record_id') }} as record_key,
        people.company_record_id,
        people.owner_id,

        -- strings
        people.email,
        people.additional_emails,
        people.job_title,
        cast(null as varchar) as country,
        cast(null as varchar) as industry,
        replace(
            replace(sources.record_url_template, '{object_type_id}', people.page),
            '{record_id}', people.record_id
        ) as record_url,

        -- numerics
        cast(null as bigint) as employee_count,

        -- booleans
        people.is_archived,

        -- timestamps
        {{ crm_instant('people.add_time') }} as created_at,
        {{ crm_instant('people.update_time') }} as updated_at,
        case
            when people.is_archived then {{ crm_instant('people.update_time') }}
        end as archived_at,
        people.first_landed_at,
        people.landed_at
    from people
    left join sources
        on people.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
