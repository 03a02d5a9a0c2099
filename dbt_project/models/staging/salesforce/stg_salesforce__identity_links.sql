-- The contact that a converted lead became. The lead lives on beside it.

with

leads as (
    select * from {{ landed('salesforce__leads') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        'leads' as object,
        id as record_id,
        {{ record_key('source_id', "'leads'", 'id') }} as record_key,
        source_id as linked_source_id,
        {{ salesforce_id("fields['ConvertedContactId']") }} as linked_record_id,

        -- strings
        'salesforce' as linked_crm,
        'contacts' as linked_object,
        'conversion' as link_kind
    from leads
)

select * from final
where linked_record_id is not null
