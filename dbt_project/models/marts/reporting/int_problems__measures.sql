-- The four common failures, measured where someone can act on them: poor fit by campaign, follow-up
-- by team, fields by field, feedback by team. The window is the four complete weeks before `as_of`
-- (a single week is too few handoffs to call a problem), with the four weeks before it beside.

with

members as (
    select * from {{ ref('map_weekly_handoffs') }}
),

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

handoff_fields as (
    select * from {{ ref('int_fields__handoff_fields') }}
),

required_fields as (
    select distinct field_id, label, fixed_by from {{ playbook('required_fields') }}
),

teams as (
    select * from {{ playbook('teams') }}
),

windows as (
    select
        'current' as window_name,
        cast({{ week_of(as_of()) }} - interval '28' day as date) as first_week,
        cast({{ week_of(as_of()) }} - interval '7' day as date) as last_week
    union all
    select
        'previous' as window_name,
        cast({{ week_of(as_of()) }} - interval '56' day as date) as first_week,
        cast({{ week_of(as_of()) }} - interval '35' day as date) as last_week
),

by_handoff as (
    select
        case members.metric_id
            when 'poor_fit_rate' then 'poor_fit_leads'
            when 'sla_attainment_rate' then 'slow_follow_up'
            else 'unusable_feedback'
        end as problem_kind,
        members.metric_id,
        members.week_start,
        members.handoff_key,
        case when members.metric_id = 'poor_fit_rate' then 'campaign' else 'team' end as dimension,
        case
            when members.metric_id = 'poor_fit_rate' then handoffs.campaign_key
            else coalesce(handoffs.team_id, '(none)')
        end as dimension_key,
        case
            when members.metric_id = 'poor_fit_rate' then handoffs.campaign_name
            else coalesce(teams.label, 'No team')
        end as dimension_label,
        cast(null as varchar) as fixed_by,
        members.numerator,
        members.denominator
    from members
    inner join handoffs
        on members.handoff_key = handoffs.handoff_key
    left join teams
        on handoffs.team_id = teams.team_id
    where members.metric_id in ('poor_fit_rate', 'sla_attainment_rate', 'unusable_reason_rate')
),

by_field as (
    select
        'missing_fields' as problem_kind,
        'field_completeness_rate' as metric_id,
        handoffs.mql_week as week_start,
        handoffs.handoff_key,
        'field' as dimension,
        handoff_fields.field_id as dimension_key,
        required_fields.label as dimension_label,
        required_fields.fixed_by,
        case when handoff_fields.filled_state = 'filled_at_handoff' then 1.0 else 0.0 end
            as numerator,
        1.0 as denominator
    from handoff_fields
    inner join handoffs
        on handoff_fields.handoff_key = handoffs.handoff_key
    inner join required_fields
        on handoff_fields.field_id = required_fields.field_id
),

final as (
    select
        windows.window_name,
        windows.first_week,
        windows.last_week,
        measures.problem_kind,
        measures.metric_id,
        measures.dimension,
        measures.dimension_key,
        max(measures.dimension_label) as dimension_label,
        max(measures.fixed_by) as fixed_by,
        sum(measures.numerator) as numerator,
        sum(measures.denominator) as denominator,
        count(distinct measures.handoff_key) as handoff_count
    from (
        select * from by_handoff
        union all
        select * from by_field
    ) as measures
    inner join windows
        on measures.week_start between windows.first_week and windows.last_week
    group by
        windows.window_name,
        windows.first_week,
        windows.last_week,
        measures.problem_kind,
        measures.metric_id,
        measures.dimension,
        measures.dimension_key
)

select * from final
