-- Where a change of an open handoff is made: on the record on which somebody has to act. And by
-- when: the business minutes of its SLA tier, counted from now.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
    where closed_at is null
),

speed as (
    select * from {{ ref('int_speed__handoff_speed') }}
),

acting_records as (
    select * from {{ ref('int_handoffs__acting_records') }}
),

targets as (
    select
        acting_records.*,
        speed.calendar_id,
        speed.sla_business_minutes * cast(60000000 as bigint) as tier_micros,
        {{ as_of() }} as now_at
    from trips
    inner join speed
        on trips.handoff_key = speed.handoff_key
    inner join acting_records
        on trips.handoff_key = acting_records.handoff_key
),

in_open_time as (
    select
        targets.*,
        {{ open_micros_until('at_now', 'targets.now_at') }} + targets.tier_micros as due_micros
    from targets
    {{ join_open_time('at_now', 'targets.calendar_id', 'targets.now_at') }}
),

final as (
    select
        in_open_time.handoff_key,
        in_open_time.source_id,
        in_open_time.object,
        in_open_time.record_id,
        in_open_time.record_key,
        in_open_time.record_url,
        {{ instant_of_open_micros('at_due', 'in_open_time.due_micros') }} as act_by_at
    from in_open_time
    {{ join_open_bucket('at_due', 'in_open_time.calendar_id', 'in_open_time.due_micros') }}
)

select * from final
