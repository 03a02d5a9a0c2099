with

owners as (
    select * from {{ landed('hubspot__owners') }}
),

latest_versions as (
    select *
    from owners
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

teams as (
    select
        source_id,
        id as owner_id,
        {{ exploded('teams') }} as team
    from latest_versions
),

final as (
    select
        -- ids
        source_id,
        owner_id,

        -- strings
        trim(team.name) as team_name,

        -- booleans
        bool_or(coalesce(team."primary", false)) as is_primary
    from teams
    where {{ folded('team.name') }} is not null
    group by source_id, owner_id, trim(team.name)
)

select * from final
