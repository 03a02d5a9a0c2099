-- The clocks of a handoff. System delay runs from the MQL to the first assignment, human delay from
-- there to the first touch (0 if touched before), speed to lead over both. Business minutes follow
-- the calendar of the first owner's team, or the default calendar while nobody owns the handoff.
-- The SLA judges the human delay: first assignment to first touch by anyone in sales.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

first_assignments as (
    select * from {{ ref('int_speed__assignments') }}
    where assignment_number = 1
),

first_touches as (
    select * from {{ ref('int_speed__first_touches') }}
),

sla_tiers as (
    select * from {{ ref('int_speed__sla_tiers') }}
),

measured_handoffs as (
    select * from {{ ref('int_speed__measured_handoffs') }}
),

next_steps as (
    select * from {{ ref('int_next_step__handoff_next_steps') }}
),

handoffs as (
    select
        trips.handoff_key,
        trips.mql_at,
        trips.closed_at,
        first_assignments.assigned_at,
        first_assignments.owner_key as assigned_owner_key,
        first_assignments.sla_due_at,
        next_steps.current_owner_key,
        coalesce(first_assignments.calendar_id, {{ parameter('default_calendar') }})
            as calendar_id,
        sla_tiers.sla_tier,
        sla_tiers.sla_business_minutes,
        first_touches.first_touch_at,
        first_touches.first_touch_activity_key,
        first_touches.first_touch_owner_key,
        first_touches.first_automated_touch_at,
        coalesce(first_touches.first_touch_at, trips.closed_at, {{ as_of() }}) as waited_until,
        measured_handoffs.is_measured,
        next_steps.has_owner,
        next_steps.has_next_step
    from trips
    left join first_assignments
        on trips.handoff_key = first_assignments.handoff_key
    inner join first_touches
        on trips.handoff_key = first_touches.handoff_key
    inner join sla_tiers
        on trips.handoff_key = sla_tiers.handoff_key
    inner join measured_handoffs
        on trips.handoff_key = measured_handoffs.handoff_key
    inner join next_steps
        on trips.handoff_key = next_steps.handoff_key
),

in_open_time as (
    select
        handoffs.*,
        {{ open_micros_until('at_mql', 'handoffs.mql_at') }} as mql_micros,
        {{ open_micros_until('at_assignment', 'handoffs.assigned_at') }} as assigned_micros,
        {{ open_micros_until('at_end', 'handoffs.waited_until') }} as waited_until_micros
    from handoffs
    {{ join_open_time('at_mql', 'handoffs.calendar_id', 'handoffs.mql_at') }}
    {{ join_open_time('at_assignment', 'handoffs.calendar_id', 'handoffs.assigned_at') }}
    {{ join_open_time('at_end', 'handoffs.calendar_id', 'handoffs.waited_until') }}
),

judged as (
    select
        *,
        case
            when not is_measured then 'not_measured'
            when assigned_at is null then 'unowned'
            else {{ sla_status(
                'sla_due_at', 'first_touch_at', 'cast(null as timestamp)', 'closed_at'
            ) }}
        end as sla_status
    from in_open_time
),

final as (
    select
        handoff_key,
        assigned_at,
        assigned_owner_key,
        current_owner_key,
        calendar_id,
        sla_tier,
        sla_business_minutes,
        sla_due_at,
        sla_status,
        case
            when sla_status in ('late', 'missed') then {{ minutes_of_micros(
                'greatest(0, waited_until_micros - assigned_micros - sla_business_minutes'
                ~ ' * cast(60000000 as bigint))'
            ) }}
        end as minutes_late,
        {{ minutes_between('mql_at', 'assigned_at') }} as system_delay_minutes,
        {{ minutes_of_micros('assigned_micros - mql_micros') }} as system_delay_business_minutes,
        case
            when first_touch_at < assigned_at then 0.0
            when first_touch_at is not null
                then {{ minutes_between('assigned_at', 'first_touch_at') }}
        end as human_delay_minutes,
        case
            when first_touch_at < assigned_at then 0.0
            when first_touch_at is not null
                then {{ minutes_of_micros('waited_until_micros - assigned_micros') }}
        end as human_delay_business_minutes,
        {{ minutes_between('mql_at', 'first_touch_at') }} as speed_to_lead_minutes,
        case
            when first_touch_at is not null
                then {{ minutes_of_micros('waited_until_micros - mql_micros') }}
        end as speed_to_lead_business_minutes,
        first_touch_at,
        first_touch_activity_key,
        first_touch_owner_key,
        first_automated_touch_at,
        is_measured,
        has_owner,
        has_next_step
    from judged
)

select * from final
