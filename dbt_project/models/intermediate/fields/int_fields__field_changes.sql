-- Every value that a required field, or the property that decides whether it is required, ever had.
-- Nothing, blanks and the playbook's empty values (`n/a`, `unknown` …) are not filled.
-- `filled_since` tells from when the property has been filled without a break, null if it is not.

with

required_fields as (
    select * from {{ playbook('required_fields') }}
),

empty_values as (
    select distinct value as empty_value from {{ playbook('empty_values') }}
),

properties as (
    select source_id, object, property from required_fields
    union
    select source_id, object, required_when_property as property from required_fields
    where required_when_property is not null
),

changes as (
    select
        property_changes.record_key,
        property_changes.source_id,
        property_changes.object,
        property_changes.property,
        property_changes.change_number,
        {{ folded('property_changes.value') }} as field_value,
        {{ folded('property_changes.value') }} is not null and empty_values.empty_value is null
            as is_filled,
        property_changes.judged_from,
        property_changes.changed_at
    from {{ crm_union('property_changes') }} as property_changes
    inner join properties
        on
            property_changes.source_id = properties.source_id
            and property_changes.object = properties.object
            and property_changes.property = properties.property
    left join empty_values
        on {{ folded('property_changes.value') }} = empty_values.empty_value
),

with_last_empty as (
    select
        *,
        coalesce(
            max(case when not is_filled then change_number end) over changes_of_property, 0
        ) as last_empty_number,
        lead(changed_at) over (
            partition by record_key, property order by change_number
        ) as next_changed_at
    from changes
    window changes_of_property as (partition by record_key, property)
),

final as (
    select
        record_key || '/' || property || '/' || cast(change_number as varchar) as field_change_key,
        record_key,
        source_id,
        object,
        property,
        change_number,
        field_value,
        is_filled,
        judged_from,
        changed_at,
        next_changed_at,
        min(case when change_number > last_empty_number then changed_at end) over (
            partition by record_key, property
        ) as filled_since
    from with_last_empty
)

select * from final
