-- A required field is asked of every handoff that reached its stage, in each source of the playbook
-- in which the handoff has records, where its condition held at the stage. Filled on one record, of
-- whichever source, is filled. A field of an object that the handoff has no record of (a deal not
-- made yet) is missing; it is to be filled from the record of the MQL. What sales fills in is asked
-- for in the CRM in which sales acts, anything else in that of the MQL.

with

reached_stages as (
    select * from {{ ref('int_fields__reached_stages') }}
),

records as (
    select * from {{ ref('int_fields__handoff_records') }}
),

stage_values as (
    select * from {{ ref('int_fields__stage_values') }}
),

required_fields as (
    select * from {{ playbook('required_fields') }}
),

handoff_sources as (
    select
        handoff_key,
        source_id,
        max(case when is_mql_record then record_key end) as mql_record_key,
        min(record_key) as any_record_key
    from records
    group by handoff_key, source_id
),

acting_records as (
    select * from {{ ref('int_handoffs__acting_records') }}
),

properties_with_history as (
    select distinct source_id, object, property
    from {{ ref('int_fields__field_changes') }}
    where judged_from = 'history'
),

conditions_met as (
    select distinct
        stage_values.handoff_key,
        required_fields.field_id,
        required_fields.stage,
        required_fields.source_id
    from required_fields
    inner join stage_values
        on
            required_fields.stage = stage_values.stage
            and required_fields.source_id = stage_values.source_id
            and required_fields.object = stage_values.object
            and required_fields.required_when_property = stage_values.property
    where
        stage_values.field_value = required_fields.required_when_value
        or (required_fields.required_when_value is null and stage_values.is_filled)
),

asked as (
    select
        reached_stages.handoff_key,
        reached_stages.stage,
        reached_stages.stage_at,
        required_fields.field_id,
        required_fields.source_id,
        required_fields.object,
        required_fields.property,
        coalesce(handoff_sources.mql_record_key, handoff_sources.any_record_key) as own_record_key,
        case
            when required_fields.fixed_by in ('sdr', 'ae')
                then coalesce(acting_records.source_id = required_fields.source_id, false)
            else handoff_sources.mql_record_key is not null
        end as is_fixed_here
    from reached_stages
    inner join required_fields
        on reached_stages.stage = required_fields.stage
    inner join handoff_sources
        on
            reached_stages.handoff_key = handoff_sources.handoff_key
            and required_fields.source_id = handoff_sources.source_id
    left join acting_records
        on reached_stages.handoff_key = acting_records.handoff_key
    left join conditions_met
        on
            reached_stages.handoff_key = conditions_met.handoff_key
            and required_fields.field_id = conditions_met.field_id
            and required_fields.stage = conditions_met.stage
            and required_fields.source_id = conditions_met.source_id
    where
        required_fields.required_when_property is null
        or conditions_met.handoff_key is not null
),

-- The record that is shown has the value, or is the one to write it to.
judged as (
    select
        asked.handoff_key,
        asked.field_id,
        asked.stage,
        asked.stage_at,
        asked.source_id,
        asked.object,
        asked.property,
        coalesce(stage_values.record_key, asked.own_record_key) as record_key,
        coalesce(
            stage_values.judged_from,
            case when properties_with_history.property is null then 'first_seen' else 'history' end
        ) as judged_from,
        bool_or(coalesce(stage_values.is_filled, false)) over field_of_handoff
            as was_filled_at_stage,
        min(stage_values.filled_since) over field_of_handoff as filled_since
    from asked
    left join stage_values
        on
            asked.handoff_key = stage_values.handoff_key
            and asked.stage = stage_values.stage
            and asked.source_id = stage_values.source_id
            and asked.object = stage_values.object
            and asked.property = stage_values.property
    left join properties_with_history
        on
            asked.source_id = properties_with_history.source_id
            and asked.object = properties_with_history.object
            and asked.property = properties_with_history.property
    window
        field_of_handoff as (partition by asked.handoff_key, asked.stage, asked.field_id)
    qualify
        row_number() over (
            partition by asked.handoff_key, asked.stage, asked.field_id
            order by
                coalesce(stage_values.is_filled, false) desc,
                stage_values.filled_since nulls last,
                asked.is_fixed_here desc,
                coalesce(stage_values.is_survivor, false) desc,
                coalesce(stage_values.is_mql_record, false) desc,
                stage_values.record_key
        ) = 1
),

final as (
    select
        handoff_key || '/' || stage || '/' || field_id as handoff_field_key,
        handoff_key,
        field_id,
        stage,
        stage_at,
        source_id,
        object,
        property,
        record_key,
        case
            when was_filled_at_stage then 'filled_at_handoff'
            when filled_since is not null then 'filled_later'
            else 'missing'
        end as filled_state,
        judged_from,
        case when not was_filled_at_stage then filled_since end as closed_at
    from judged
)

select * from final
