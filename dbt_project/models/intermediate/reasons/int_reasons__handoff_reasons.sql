-- A disqualified, recycled or lost handoff has exactly one reason: the one on the record whose
-- event closed it, else the one on its other records (the person's and its deals') in the
-- playbook's order of precedence: of sources, then of properties. On a record it is the last value
-- between this MQL and the next one; in a handoff with clamped stages, from the MQL's local date
-- on. Where the CRM keeps no history we know when we saw a value, not when it was set: then it is
-- the last one that was seen in that time, else the current one. Nothing there is `missing`.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

reason_values as (
    select * from {{ ref('int_reasons__reason_values') }}
),

source_precedence as (
    select * from {{ playbook('source_precedence') }}
    where subject = 'reasons'
),

rejected_or_lost as (
    select
        *,
        case
            when is_clamped then {{ to_utc(
                'cast(' ~ local_date('mql_at', parameter('reporting_time_zone')) ~ ' as timestamp)',
                parameter('reporting_time_zone')
            ) }}
            else mql_at
        end as reasons_from
    from trips
    where exit_stage in ('disqualified', 'recycled', 'lost')
),

records as (
    select handoff_key, record_key from {{ ref('int_fields__handoff_records') }}
),

values_of_handoffs as (
    select
        rejected_or_lost.handoff_key,
        reason_values.*,
        reason_values.changed_at >= rejected_or_lost.reasons_from
        and (
            rejected_or_lost.next_mql_at is null
            or reason_values.changed_at < rejected_or_lost.next_mql_at
        ) as is_of_its_time,
        case
            when reason_values.record_key = rejected_or_lost.exit_record_key then 1
            else 2
        end as record_precedence,
        source_precedence.position as source_position
    from rejected_or_lost
    inner join records
        on rejected_or_lost.handoff_key = records.handoff_key
    inner join reason_values
        on records.record_key = reason_values.record_key
    left join source_precedence
        on reason_values.source_id = source_precedence.source_id
),

chosen as (
    select *
    from values_of_handoffs
    where is_of_its_time or (judged_from = 'first_seen' and is_current)
    qualify
        row_number() over (
            partition by handoff_key
            order by
                record_precedence,
                source_position nulls last,
                position,
                is_of_its_time desc,
                changed_at desc,
                change_number desc,
                record_key
        ) = 1
),

final as (
    select
        trips.handoff_key,
        case
            when rejected_or_lost.handoff_key is not null then coalesce(chosen.reason, 'missing')
        end as reason,
        chosen.raw_value as reason_raw_value,
        chosen.object as reason_object,
        chosen.property as reason_property,
        chosen.record_key as reason_record_key,
        chosen.judged_from as reason_judged_from
    from trips
    left join rejected_or_lost
        on trips.handoff_key = rejected_or_lost.handoff_key
    left join chosen
        on trips.handoff_key = chosen.handoff_key
)

select * from final
