-- Every reason that a record was ever given, in the playbook's words: a value that the playbook
-- does not know is `unmapped`. An empty value, or one that the playbook counts as empty without
-- mapping it, is no reason.

with

property_changes as (
    select * from {{ crm_union('property_changes') }}
),

reason_properties as (
    select * from {{ playbook('reason_precedence') }}
),

reason_map as (
    select * from {{ playbook('reason_map') }}
),

empty_values as (
    select distinct value as empty_value from {{ playbook('empty_values') }}
),

changes as (
    select
        property_changes.*,
        reason_properties.position,
        property_changes.change_number = max(property_changes.change_number) over (
            partition by property_changes.record_key, property_changes.property
        ) as is_current
    from property_changes
    inner join reason_properties
        on
            property_changes.source_id = reason_properties.source_id
            and property_changes.object = reason_properties.object
            and property_changes.property = reason_properties.property
),

final as (
    select
        changes.record_key || '/' || changes.property || '/'
        || cast(changes.change_number as varchar) as reason_value_key,
        changes.record_key,
        changes.source_id,
        changes.object,
        changes.property,
        changes.change_number,
        changes.position,
        changes.value as raw_value,
        coalesce(reason_map.reason, 'unmapped') as reason,
        changes.judged_from,
        changes.is_current,
        changes.changed_at
    from changes
    left join reason_map
        on
            changes.source_id = reason_map.source_id
            and changes.object = reason_map.object
            and changes.property = reason_map.property
            and {{ folded('changes.value') }} = reason_map.raw_value
    left join empty_values
        on {{ folded('changes.value') }} = empty_values.empty_value
    where
        {{ folded('changes.value') }} is not null
        and (empty_values.empty_value is null or reason_map.reason is not null)
)

select * from final
