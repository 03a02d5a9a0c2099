-- OpportunityHistory is a picture of stage, amount and close date of an opportunity at each change
-- of any of them. Salesforce always keeps it, and begins it when the opportunity is created.

with

tracked as (
    select distinct source_id, property
    from {{ playbook('tracked_properties') }}
    where object = 'deals' and property in ('StageName', 'Amount', 'CloseDate')
),

pictures as (
    select
        source_id,
        fields['OpportunityId'] as record_id,
        id as entry_id,
        fields,
        {{ crm_instant("fields['CreatedDate']") }} as changed_at,
        fields['CreatedById'] as changed_by_user_id,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from {{ landed('salesforce__deal_history') }}
    qualify
        row_number() over (
            partition by source_id, id order by run_id desc, part_file desc
        ) = 1
),

tracked_values as (
    select
        pictures.source_id,
        pictures.record_id,
        pictures.entry_id,
        pictures.changed_by_user_id,
        tracked.property,
        pictures.fields[tracked.property] as value,
        pictures.changed_at,
        pictures.first_landed_at
    from pictures
    inner join tracked
        on pictures.source_id = tracked.source_id
),

final as (
    select
        -- ids
        source_id,
        'deals' as object,
        record_id,
        entry_id,
        changed_by_user_id,

        -- strings
        property,
        value,

        -- timestamps
        changed_at,
        first_landed_at
    from tracked_values
    qualify
        value is distinct from lag(value) over (
            partition by source_id, record_id, property order by changed_at, entry_id
        )
)

select * from final
