-- Every stage change that a CRM told, with or without effect, and how long the stage before stood.

with

events as (
    select * from {{ ref('int_lifecycle__stage_events') }}
),

trip_events as (
    select * from {{ ref('int_handoffs__trip_events') }}
),

final as (
    select
        events.event_key,
        events.person_key,
        trip_events.handoff_key,
        events.source_id,
        events.object,
        events.record_id,
        events.record_key,
        events.deal_key,
        events.property,
        events.raw_value,
        events.stage,
        lag(events.stage) over changes_of_record as previous_stage,
        events.occurred_at,
        coalesce(trip_events.event_at, events.occurred_at) as event_at,
        cast(
            {{ minutes_between(
                'lag(events.occurred_at) over changes_of_record', 'events.occurred_at'
            ) }} as double
        ) as minutes_in_previous_stage,
        events.change_source,
        events.changed_by_owner_key,
        events.is_sales_human,
        coalesce(trip_events.is_clamped, false) as is_clamped,
        events.is_overruled,
        case
            when events.stage = 'unmapped' then 'unmapped'
            when events.person_key is null then 'no_person'
            when events.is_overruled then 'overruled'
            when events.stage = 'accepted' and not events.is_sales_human then 'not_by_sales'
            else trip_events.effect
        end as effect,
        events.judged_from
    from events
    left join trip_events
        on events.event_key = trip_events.event_key
    window changes_of_record as (
        partition by events.record_key, events.property order by events.change_number
    )
)

select * from final
