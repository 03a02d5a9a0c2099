with

versions as (
    select 'leads' as object, * from {{ landed('salesforce__leads') }}
    union all
    select 'contacts' as object, * from {{ landed('salesforce__contacts') }}
    union all
    select 'deals' as object, * from {{ landed('salesforce__deals') }}
),

final as (
    select
        -- ids
        source_id,
        object,
        id as record_id,
        {{ record_key('source_id', 'object', 'id') }} as record_key,
        fields['CreatedById'] as created_by_user_id,

        -- booleans
        {{ is_checked("fields['IsConverted']") }} as is_converted,

        -- timestamps
        {{ crm_instant("fields['CreatedDate']") }} as created_at,
        {{ start_of_date("fields['ConvertedDate']") }} as converted_on,
        min(landed_at) over (partition by source_id, object, id) as first_landed_at
    from versions
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
)

select * from final
