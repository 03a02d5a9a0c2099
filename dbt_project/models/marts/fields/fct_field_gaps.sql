-- A gap opens at the stage and closes when the field is filled; it stays in the table then, since
-- the handoff was made without it.

with

handoff_fields as (
    select * from {{ ref('int_fields__handoff_fields') }}
    where filled_state <> 'filled_at_handoff'
),

handoffs as (
    select * from {{ ref('fct_handoffs') }}
),

fixing_teams as (
    select * from {{ ref('int_fields__fixing_teams') }}
),

teams as (
    select * from {{ playbook('teams') }}
),

required_fields as (
    select * from {{ playbook('required_fields') }}
),

record_pages as (
    select record_key, record_url from {{ crm_union('person_records') }}
    union all
    select record_key, record_url from {{ crm_union('deals') }}
),

final as (
    select
        handoff_fields.handoff_field_key as field_gap_key,
        handoff_fields.handoff_key,
        handoffs.person_key,
        handoff_fields.field_id,
        required_fields.label as field_label,
        handoff_fields.stage,
        handoff_fields.source_id,
        handoff_fields.object,
        handoff_fields.property,
        handoff_fields.record_key,
        coalesce(record_pages.record_url, handoffs.crm_url) as record_url,
        required_fields.fixed_by,
        fixing_teams.team_id,
        teams.label as team_label,
        handoffs.owner_key,
        coalesce(handoffs.campaign_key, '(none)') as campaign_key,
        required_fields.severity,
        required_fields.guidance,
        handoff_fields.filled_state,
        handoff_fields.judged_from,
        handoff_fields.stage_at as opened_at,
        {{ week_of('handoff_fields.stage_at') }} as opened_week,
        handoff_fields.closed_at,
        handoff_fields.closed_at is null as is_open,
        handoffs.is_excluded
    from handoff_fields
    inner join handoffs
        on handoff_fields.handoff_key = handoffs.handoff_key
    inner join required_fields
        on
            handoff_fields.field_id = required_fields.field_id
            and handoff_fields.stage = required_fields.stage
            and handoff_fields.source_id = required_fields.source_id
            and handoff_fields.object = required_fields.object
            and handoff_fields.property = required_fields.property
    left join fixing_teams
        on
            handoff_fields.handoff_key = fixing_teams.handoff_key
            and required_fields.fixed_by = fixing_teams.fixed_by
    left join teams
        on fixing_teams.team_id = teams.team_id
    left join record_pages
        on handoff_fields.record_key = record_pages.record_key
)

select * from final
