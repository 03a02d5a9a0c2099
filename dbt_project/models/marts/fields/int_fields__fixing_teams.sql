-- The playbook says which role fixes a field. The team is the one of the handoff's owner if it has
-- that role, else the only team with the role; where several could, none is named.

with

handoffs as (
    select handoff_key, team_id from {{ ref('fct_handoffs') }}
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
        coalesce(owner_teams.team_id, only_teams.team_id) as team_id
    from handoffs
    cross join roles
    left join teams as owner_teams
        on handoffs.team_id = owner_teams.team_id and roles.fixed_by = owner_teams.role
    left join only_teams
        on roles.fixed_by = only_teams.role
)

select * from final
