-- An open handoff has a next step when a person of sales owns it and something is to come: an open
-- task, a future meeting or an active sequence. Tasks and meetings that were deleted do not count.
-- Where the sources hold no activities at all, a next step cannot be told: null, not false.
-- A closed handoff needs none: null; its owner is the one at the close.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

-- At most one assignment was not passed on: that of the owner now, or at the close.
current_assignments as (
    select * from {{ ref('int_speed__assignments') }}
    where passed_on_at is null
),

activities as (
    select * from {{ ref('int_activities__person_activities') }}
    where not is_archived
),

sequence_enrollments as (
    select * from {{ crm_union('sequence_enrollments') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

measured_handoffs as (
    select * from {{ ref('int_speed__measured_handoffs') }}
),

planned_activities as (
    select
        person_key,
        sum(case when activity_type = 'task' then 1 else 0 end) as open_task_count,
        min(case when activity_type = 'task' then due_at end) as next_task_due_at,
        min(case when activity_type = 'meeting' then occurred_at end) as next_meeting_at
    from activities
    where
        (activity_type = 'task' and status = 'open')
        or (
            activity_type = 'meeting'
            and occurred_at > {{ as_of() }}
            and coalesce(status, '') <> 'cancelled'
        )
    group by person_key
),

enrolled_people as (
    select distinct record_persons.person_key
    from sequence_enrollments
    inner join record_persons
        on sequence_enrollments.record_key = record_persons.record_key
),

final as (
    select
        trips.handoff_key,
        trips.closed_at is null as is_open,
        current_assignments.owner_key as current_owner_key,
        case
            when trips.closed_at is null and measured_handoffs.sources_have_owners
                then current_assignments.owner_key is not null
        end as has_owner,
        cast(coalesce(planned_activities.open_task_count, 0) as bigint) as open_task_count,
        planned_activities.next_task_due_at,
        planned_activities.next_meeting_at,
        enrolled_people.person_key is not null as has_active_sequence,
        case
            when trips.closed_at is null and measured_handoffs.sources_have_activities
                then
                    current_assignments.owner_key is not null
                    and (
                        coalesce(planned_activities.open_task_count, 0) > 0
                        or planned_activities.next_meeting_at is not null
                        or enrolled_people.person_key is not null
                    )
        end as has_next_step
    from trips
    left join current_assignments
        on trips.handoff_key = current_assignments.handoff_key
    left join planned_activities
        on trips.person_key = planned_activities.person_key
    left join enrolled_people
        on trips.person_key = enrolled_people.person_key
    left join measured_handoffs
        on trips.handoff_key = measured_handoffs.handoff_key
)

select * from final
