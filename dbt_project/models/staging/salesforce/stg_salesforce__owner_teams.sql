-- Salesforce has no teams of its own: a user has a role and a department, and companies name their
-- teams by either. The role goes before the department.

with

users as (
    select * from {{ landed('salesforce__owners') }}
),

latest_versions as (
    select *
    from users
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

named as (
    select source_id, id as owner_id, trim(fields['UserRole.Name']) as team_name, true as is_primary
    from latest_versions
    union all
    select source_id, id as owner_id, trim(fields['Department']) as team_name, false as is_primary
    from latest_versions
),

final as (
    select
        -- ids
        source_id,
        owner_id,

        -- strings
        team_name,

        -- booleans
        bool_or(is_primary) as is_primary
    from named
    where {{ folded('team_name') }} is not null
    group by source_id, owner_id, team_name
)

select * from final
