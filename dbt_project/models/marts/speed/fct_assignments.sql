with

assignments as (
    select * from {{ ref('int_speed__assignments') }}
),

handoffs as (
    select * from {{ ref('fct_handoffs') }}
),

final as (
    select
        assignments.assignment_key,
        assignments.handoff_key,
        assignments.person_key,
        assignments.assignment_number,
        handoffs.source_id,
        assignments.owner_key,
        assignments.team_id,
        assignments.calendar_id,
        handoffs.campaign_key,
        handoffs.mql_week,
        assignments.sla_tier,
        assignments.sla_business_minutes,
        assignments.sla_status,
        assignments.minutes_late,
        assignments.passed_on_to_owner_key,
        handoffs.is_excluded,
        assignments.assigned_at,
        assignments.sla_due_at,
        assignments.touched_at,
        assignments.passed_on_at,
        handoffs.closed_at
    from assignments
    inner join handoffs
        on assignments.handoff_key = handoffs.handoff_key
)

select * from final
