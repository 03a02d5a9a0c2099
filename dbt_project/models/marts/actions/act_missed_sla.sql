-- A missed SLA always leads to an action: whoever owns the lead now gets a task that is due now.
-- Closed handoffs need none, and a lead that was touched late has had its touch.

with

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

targets as (
    select * from {{ ref('int_next_step__action_targets') }}
),

sla_tiers as (
    select * from {{ playbook('sla_tiers') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
),

final as (
    select
        md5('missed_sla/' || handoffs.handoff_key) as action_key,
        handoffs.handoff_key,
        handoffs.person_key,
        targets.source_id,
        targets.object,
        targets.record_id,
        targets.record_url,
        handoffs.owner_key,
        handoffs.team_id,
        handoffs.campaign_key,
        'create_task' as action_kind,
        'Create a task of high priority, due now: make the first call or send the first mail'
            as proposed_change,
        'SLA ' || handoffs.sla_tier || ': no touch within '
        || cast(sla_tiers.business_minutes as varchar)
        || ' business minutes of the assignment; due '
        || substr(cast(handoffs.sla_due_at as varchar), 1, 16) || ' UTC' as reason,
        run_context.as_of as due_at
    from handoffs
    inner join targets
        on handoffs.handoff_key = targets.handoff_key
    left join sla_tiers
        on handoffs.sla_tier = sla_tiers.tier
    cross join run_context
    where handoffs.is_open and handoffs.sla_status = 'missed'
)

select * from final
