-- The playbook says which role fixes a field. The team is the one of the handoff's owner if it has
-- that role, else the one of its first owner in sales (an AE may have it by now, and the SDR's
-- fields stay the SDR's), else the only team with the role; where several could, none is named.

with

handoffs as (
    select handoff_key, team_id, assigned_owner_key from {{ ref('fct_handoffs') }}
),

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

teams as (
    select * from {{ playbook('teams') }}
),

only_teams as (
    select role, min(team_id) as team_id
    from teams
    group by role
    having count(*) = 1
),

roles as (
    select distinct fixed_by from {{ playbook('required_fields') }}
),

final as (
    select
        handoffs.handoff_key || '/' || roles.fixed_by as fixing_team_key,
        handoffs.handoff_key,
        roles.fixed_by,
        coalesce(owning_teams.team_id, first_teams.team_id, only_teams.team_id) as team_id
    from handoffs
    cross join roles
    left join owner_roles as first_owners
        on handoffs.assigned_owner_key = first_owners.owner_key
    left join teams as owning_teams
        on handoffs.team_id = owning_teams.team_id and roles.fixed_by = owning_teams.role
    left join teams as first_teams
        on first_owners.team_id = first_teams.team_id and roles.fixed_by = first_teams.role
    left join only_teams
        on roles.fixed_by = only_teams.role
)

select * from final
