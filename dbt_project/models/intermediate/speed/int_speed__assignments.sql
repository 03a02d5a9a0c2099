-- Each time that a person of sales took a handoff over, judged by itself. The first assignment also
-- counts touches made before it; a later one is judged from its own start. Touches by anyone in
-- sales count, until the assignment is passed on (to anyone or to no one) or the handoff closes.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

owner_spells as (
    select * from {{ ref('int_speed__owner_spells') }}
),

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

sla_tiers as (
    select * from {{ ref('int_speed__sla_tiers') }}
),

measured_handoffs as (
    select * from {{ ref('int_speed__measured_handoffs') }}
),

human_touches as (
    select * from {{ ref('int_speed__handoff_touches') }}
    where is_human
),

assignments as (
    select
        trips.handoff_key,
        trips.person_key,
        trips.mql_at,
        trips.closed_at,
        owner_spells.owner_key,
        greatest(owner_spells.started_at, trips.mql_at) as assigned_at,
        case
            when trips.closed_at is null or owner_spells.ended_at < trips.closed_at
                then owner_spells.ended_at
        end as passed_on_at,
        row_number() over (
            partition by trips.handoff_key order by owner_spells.started_at
        ) as assignment_number
    from trips
    inner join owner_spells
        on
            trips.person_key = owner_spells.person_key
            and (owner_spells.ended_at is null or owner_spells.ended_at > trips.mql_at)
            and (trips.closed_at is null or owner_spells.started_at <= trips.closed_at)
),

with_touches as (
    select
        assignments.handoff_key,
        assignments.assignment_number,
        min(human_touches.occurred_at) as touched_at
    from assignments
    inner join human_touches
        on
            assignments.handoff_key = human_touches.handoff_key
            and (
                assignments.assignment_number = 1
                or human_touches.occurred_at >= assignments.assigned_at
            )
            and (
                assignments.passed_on_at is null
                or human_touches.occurred_at < assignments.passed_on_at
            )
    group by assignments.handoff_key, assignments.assignment_number
),

-- Where the owner went: the next assignment, if it follows at once.
with_context as (
    select
        assignments.*,
        with_touches.touched_at,
        coalesce(
            with_touches.touched_at,
            assignments.passed_on_at,
            assignments.closed_at,
            {{ as_of() }}
        ) as waited_until,
        case
            when
                assignments.passed_on_at
                = lead(assignments.assigned_at) over assignments_of_handoff
                then lead(assignments.owner_key) over assignments_of_handoff
        end as passed_on_to_owner_key,
        owner_roles.team_id,
        owner_roles.calendar_id,
        sla_tiers.sla_tier,
        sla_tiers.sla_business_minutes,
        measured_handoffs.is_measured
    from assignments
    left join with_touches
        on
            assignments.handoff_key = with_touches.handoff_key
            and assignments.assignment_number = with_touches.assignment_number
    inner join owner_roles
        on assignments.owner_key = owner_roles.owner_key
    inner join sla_tiers
        on assignments.handoff_key = sla_tiers.handoff_key
    inner join measured_handoffs
        on assignments.handoff_key = measured_handoffs.handoff_key
    window assignments_of_handoff as (
        partition by assignments.handoff_key order by assignments.assignment_number
    )
),

in_open_time as (
    select
        with_context.*,
        {{ open_micros_until('at_start', 'with_context.assigned_at') }}
        + with_context.sla_business_minutes * cast(60000000 as bigint) as due_micros,
        {{ open_micros_until('at_end', 'with_context.waited_until') }} as waited_until_micros
    from with_context
    {{ join_open_time('at_start', 'with_context.calendar_id', 'with_context.assigned_at') }}
    {{ join_open_time('at_end', 'with_context.calendar_id', 'with_context.waited_until') }}
),

with_due as (
    select
        in_open_time.*,
        {{ instant_of_open_micros('at_due', 'in_open_time.due_micros') }} as due_at
    from in_open_time
    {{ join_open_bucket('at_due', 'in_open_time.calendar_id', 'in_open_time.due_micros') }}
),

judged as (
    select
        *,
        case
            when not is_measured then 'not_measured'
            else {{ sla_status('due_at', 'touched_at', 'passed_on_at', 'closed_at') }}
        end as sla_status
    from with_due
),

final as (
    select
        md5(handoff_key || '/' || owner_key || '/' || cast(assigned_at as varchar))
            as assignment_key,
        handoff_key,
        person_key,
        cast(assignment_number as bigint) as assignment_number,
        owner_key,
        team_id,
        calendar_id,
        assigned_at,
        passed_on_at,
        passed_on_to_owner_key,
        touched_at,
        sla_tier,
        sla_business_minutes,
        case when is_measured then due_at end as sla_due_at,
        sla_status,
        case
            when sla_status in ('late', 'missed')
                then {{ minutes_of_micros('greatest(0, waited_until_micros - due_micros)') }}
        end as minutes_late
    from judged
)

select * from final
