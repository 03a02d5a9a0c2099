-- Every open lead has an owner and a next step. Without an owner the first thing to do is to assign
-- one; with an owner, but nothing to come, a task is proposed. A missed SLA has proposed that task
-- already, so an owned handoff that missed it is left to act_missed_sla. Where the sources hold no
-- owners' history or no activities, nobody can tell what is missing, and nothing is proposed.

with

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

targets as (
    select * from {{ ref('int_next_step__action_targets') }}
),

final as (
    select
        md5('missing_next_step/' || handoffs.handoff_key) as action_key,
        handoffs.handoff_key,
        handoffs.person_key,
        targets.source_id,
        targets.object,
        targets.record_id,
        targets.record_url,
        handoffs.owner_key,
        handoffs.team_id,
        handoffs.campaign_key,
        case when handoffs.has_owner then 'create_task' else 'assign_owner' end as action_kind,
        case
            when handoffs.has_owner then 'Create a task for the owner: agree and log the next step'
            else 'Set the owner to a person of a sales team'
        end as proposed_change,
        case
            when handoffs.has_owner
                then
                    'Open handoff in stage ' || handoffs.furthest_stage
                    || ' without an open task, a future meeting or an active sequence'
            else
                'Open handoff in stage ' || handoffs.furthest_stage
                || ' that no person of a sales team owns'
        end as reason,
        targets.act_by_at as due_at
    from handoffs
    inner join targets
        on handoffs.handoff_key = targets.handoff_key
    where
        handoffs.is_open
        and handoffs.sla_status <> 'not_measured'
        and (
            not handoffs.has_owner
            or (not handoffs.has_next_step and handoffs.sla_status <> 'missed')
        )
)

select * from final
