-- LeadHistory and OpportunityFieldHistory keep old and new value of the fields that are tracked.
-- A change of a lookup, such as the owner, has two entries, of ids and of names: the ids are read.
-- A long text has entries without values, which say that it changed and not how.

with

tracked as (
    select distinct
        source_id,
        object,
        property,
        property like '%Id' as is_lookup,
        -- Histories call the field OwnerId by the lookup's name, Owner.
        case when property like '%Id' then left(property, length(property) - 2) else property end
            as history_field
    from {{ playbook('tracked_properties') }}
),

readings as (
    select 'leads' as object, fields['LeadId'] as record_id, *
    from {{ landed('salesforce__lead_history') }}
    union all
    select 'deals' as object, fields['OpportunityId'] as record_id, *
    from {{ landed('salesforce__deal_field_history') }}
),

entries as (
    select
        source_id,
        object,
        record_id,
        id as entry_id,
        fields['Field'] as history_field,
        fields['OldValue'] as old_value,
        fields['NewValue'] as new_value,
        {{ crm_instant("fields['CreatedDate']") }} as changed_at,
        fields['CreatedById'] as changed_by_user_id,
        min(landed_at) over (partition by source_id, object, id) as first_landed_at
    from readings
    qualify
        row_number() over (
            partition by source_id, object, id order by run_id desc, part_file desc
        ) = 1
),

final as (
    select
        -- ids
        entries.source_id,
        entries.object,
        entries.record_id,
        entries.entry_id,
        entries.changed_by_user_id,

        -- strings
        tracked.property,
        case
            when tracked.is_lookup then {{ salesforce_id('entries.old_value') }}
            else entries.old_value
        end as old_value,
        case
            when tracked.is_lookup then {{ salesforce_id('entries.new_value') }}
            else entries.new_value
        end as new_value,

        -- booleans
        entries.old_value is null and entries.new_value is null as is_silent,

        -- timestamps
        entries.changed_at,
        entries.first_landed_at
    from entries
    inner join tracked
        on
            entries.source_id = tracked.source_id
            and entries.object = tracked.object
            and entries.history_field = tracked.history_field
    -- Ids of users and other standard records begin with 0; names do not.
    where
        not tracked.is_lookup
        or coalesce(entries.new_value, entries.old_value) like '0%'
)

select * from final
