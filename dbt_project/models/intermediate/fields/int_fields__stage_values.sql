-- What a property of a record held when a handoff reached a stage: its last value at or before that
-- instant. Where the CRM keeps no history, it is judged when we first saw the record, if that was
-- after the stage.

with

reached_stages as (
    select * from {{ ref('int_fields__reached_stages') }}
),

records as (
    select * from {{ ref('int_fields__handoff_records') }}
),

changes as (
    select * from {{ ref('int_fields__field_changes') }}
),

required_fields as (
    select * from {{ playbook('required_fields') }}
),

asked_properties as (
    select stage, source_id, object, property from required_fields
    union
    select stage, source_id, object, required_when_property as property from required_fields
    where required_when_property is not null
),

states_now as (
    select record_key, property, filled_since, judged_from
    from changes
    where change_number = 1
),

judged as (
    select
        reached_stages.handoff_key,
        reached_stages.stage,
        records.record_key,
        records.source_id,
        records.object,
        records.is_survivor,
        records.is_mql_record,
        asked_properties.property,
        states_now.filled_since,
        states_now.judged_from,
        case
            when states_now.judged_from = 'first_seen' and records.first_seen_at is not null
                then greatest(reached_stages.stage_at, records.first_seen_at)
            else reached_stages.stage_at
        end as judged_at
    from reached_stages
    inner join records
        on reached_stages.handoff_key = records.handoff_key
    inner join asked_properties
        on
            reached_stages.stage = asked_properties.stage
            and records.source_id = asked_properties.source_id
            and records.object = asked_properties.object
    left join states_now
        on
            records.record_key = states_now.record_key
            and asked_properties.property = states_now.property
),

-- A value is in force from its change until the next one. The end is a plain comparison, since a
-- join on `is null or` compares every row with every other.
final as (
    select
        judged.handoff_key || '/' || judged.stage || '/' || judged.record_key || '/'
        || judged.property as stage_value_key,
        judged.handoff_key,
        judged.stage,
        judged.record_key,
        judged.source_id,
        judged.object,
        judged.property,
        judged.is_survivor,
        judged.is_mql_record,
        changes.field_value,
        coalesce(changes.is_filled, false) as is_filled,
        judged.filled_since,
        judged.judged_from,
        judged.judged_at
    from judged
    left join changes
        on
            judged.record_key = changes.record_key
            and judged.property = changes.property
            and judged.judged_at >= changes.changed_at
            and judged.judged_at
            < coalesce(changes.next_changed_at, cast('9999-12-31' as timestamp))
)

select * from final
