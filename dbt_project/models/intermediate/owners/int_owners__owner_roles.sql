-- Who an owner is: the playbook matches owners to teams by owner id, by address or by the CRM's own
-- team. What names the owner goes before what names the team, the primary team before the others.
-- Queues and automatic users own nothing: they are of no sales team, whatever team they sit in.

with

owners as (
    select * from {{ crm_union('owners') }}
),

owner_teams as (
    select * from {{ crm_union('owner_teams') }}
),

team_members as (
    select * from {{ playbook('team_members') }}
),

teams as (
    select * from {{ playbook('teams') }}
),

automatic_users as (
    select * from {{ playbook('queues_and_automatic_users') }}
),

matches as (
    select
        owners.owner_key,
        team_members.team_id,
        1 as precedence,
        '' as team_name
    from owners
    inner join team_members
        on
            owners.source_id = team_members.source_id
            and {{ folded('owners.owner_id') }} = team_members.match_value
    where team_members.match_kind = 'owner_id'
    union all
    select
        owners.owner_key,
        team_members.team_id,
        2 as precedence,
        '' as team_name
    from owners
    inner join team_members
        on owners.source_id = team_members.source_id and owners.email = team_members.match_value
    where team_members.match_kind = 'owner_email'
    union all
    select
        owners.owner_key,
        team_members.team_id,
        case when owner_teams.is_primary then 3 else 4 end as precedence,
        owner_teams.team_name
    from owners
    inner join owner_teams
        on owners.source_id = owner_teams.source_id and owners.owner_id = owner_teams.owner_id
    inner join team_members
        on
            owner_teams.source_id = team_members.source_id
            and {{ folded('owner_teams.team_name') }} = team_members.match_value
    where team_members.match_kind = 'crm_team'
),

best_matches as (
    select *
    from matches
    qualify
        row_number() over (
            partition by owner_key order by precedence, team_name, team_id
        ) = 1
),

automatic_owners as (
    select distinct owners.owner_key
    from owners
    inner join automatic_users
        on
            owners.source_id = automatic_users.source_id
            and (
                owners.owner_id = automatic_users.owner_id
                or owners.email = {{ folded('automatic_users.email') }}
            )
),

final as (
    select
        owners.owner_key,
        owners.source_id,
        owners.owner_id,
        owners.user_id,
        owners.full_name,
        teams.team_id,
        teams.label as team_label,
        teams.role,
        coalesce(teams.is_sales, false)
        and not owners.is_queue
        and automatic_owners.owner_key is null as is_sales,
        coalesce(teams.role = 'marketing', false) as is_marketing,
        owners.is_queue or automatic_owners.owner_key is not null as is_automatic,
        not owners.is_archived as is_active,
        coalesce(teams.calendar_id, {{ parameter('default_calendar') }}) as calendar_id
    from owners
    left join best_matches
        on owners.owner_key = best_matches.owner_key
    left join teams
        on best_matches.team_id = teams.team_id
    left join automatic_owners
        on owners.owner_key = automatic_owners.owner_key
)

select * from final
