-- A record whose history has an entry for its creation was tracked from then on.

with

versions as (
    select 'leads' as object, * from {{ landed('salesforce__leads') }}
    union all
    select 'contacts' as object, * from {{ landed('salesforce__contacts') }}
    union all
    select 'deals' as object, * from {{ landed('salesforce__deals') }}
),

latest_versions as (
    select
        *,
        min(landed_at) over (partition by source_id, object, id) as first_landed_at
    from versions
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
),

creation_entries as (
    select distinct source_id, 'leads' as object, fields['LeadId'] as record_id
    from {{ landed('salesforce__lead_history') }}
    where fields['Field'] = 'created'
    union all
    select distinct source_id, 'deals' as object, fields['OpportunityId'] as record_id
    from {{ landed('salesforce__deal_field_history') }}
    where fields['Field'] = 'created'
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
        latest_versions.fields['CreatedById'] as created_by_user_id,

        -- booleans
        {{ is_checked("latest_versions.fields['IsConverted']") }} as is_converted,
        creation_entries.record_id is not null as is_tracked_from_creation,

        -- timestamps
        {{ crm_instant("latest_versions.fields['CreatedDate']") }} as created_at,
        {{ start_of_date("latest_versions.fields['ConvertedDate']") }} as converted_on,
        latest_versions.first_landed_at
    from latest_versions
    left join creation_entries
        on
            latest_versions.source_id = creation_entries.source_id
            and latest_versions.object = creation_entries.object
            and latest_versions.id = creation_entries.record_id
)

select * from final
