-- A lead names the contact that it is about.

with

leads as (
    select * from {{ landed('pipedrive__leads') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        'leads' as object,
        id as record_id,
        {{ record_key('source_id', "'leads'", 'id') }} as record_key,
        source_id as linked_source_id,
        person_id as linked_record_id,

        -- strings
        'pipedrive' as linked_crm,
        'contacts' as linked_object,
        'lead_contact' as link_kind
    from leads
    where person_id is not null
)

select * from final
