-- A disqualified, recycled or lost handoff has exactly one reason: the one on the record whose
-- event closed it, else the one on its other records (the person's and its deals') in the
-- playbook's order of precedence. On a record it is the last value between this MQL and the next
-- one; where the CRM keeps no history, the value that we saw last. Nothing there is `missing`.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

reason_values as (
    select * from {{ ref('int_reasons__reason_values') }}
),

rejected_or_lost as (
    select * from trips
    where exit_stage in ('disqualified', 'recycled', 'lost')
),

records_of_handoffs as (
    select
        rejected_or_lost.handoff_key,
        record_persons.record_key
    from rejected_or_lost
    inner join {{ ref('int_people__record_persons') }} as record_persons
        on rejected_or_lost.person_key = record_persons.person_key
    union
    select
        handoff_key,
        deal_key as record_key
    from {{ ref('int_handoffs__deals') }}
    union
    select
        handoff_key,
        exit_record_key as record_key
    from rejected_or_lost
    where exit_record_key is not null
),

candidates as (
    select
        rejected_or_lost.handoff_key,
        reason_values.*,
        case
            when reason_values.record_key = rejected_or_lost.exit_record_key then 1
            else 2
        end as record_precedence
    from rejected_or_lost
    inner join records_of_handoffs
        on rejected_or_lost.handoff_key = records_of_handoffs.handoff_key
    inner join reason_values
        on records_of_handoffs.record_key = reason_values.record_key
    where
        reason_values.judged_from = 'first_seen'
        or (
            reason_values.changed_at >= rejected_or_lost.mql_at
            and reason_values.changed_at
            < coalesce(rejected_or_lost.next_mql_at, timestamp '9999-12-31 00:00:00')
        )
),

chosen as (
    select *
    from candidates
    qualify
        row_number() over (
            partition by handoff_key
            order by
                record_precedence,
                position,
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
