-- Completeness is what was filled at the stage over what was required; what was filled later stands
-- beside it. A field falls into the week in which its stage was reached, and is judged at once, so
-- the week is complete when it has ended; those weeks are summed to the grain `all`.

with

handoff_fields as (
    select * from {{ ref('int_fields__handoff_fields') }}
),

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

fixing_teams as (
    select * from {{ ref('int_fields__fixing_teams') }}
),

teams as (
    select * from {{ playbook('teams') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

fields as (
    select field_id, stage, label, fixed_by, severity
    from {{ playbook('required_fields') }}
    qualify row_number() over (partition by field_id, stage order by source_id, object) = 1
),

judged_fields as (
    select
        handoff_fields.field_id,
        handoff_fields.stage,
        {{ week_of('handoff_fields.stage_at') }} as stage_week,
        {{ month_of('handoff_fields.stage_at') }} as stage_month,
        coalesce(fixing_teams.team_id, '(none)') as team_id,
        coalesce(handoffs.campaign_key, '(none)') as campaign_key,
        handoff_fields.filled_state,
        handoff_fields.judged_from
    from handoff_fields
    inner join handoffs
        on handoff_fields.handoff_key = handoffs.handoff_key
    inner join fields
        on handoff_fields.field_id = fields.field_id and handoff_fields.stage = fields.stage
    left join fixing_teams
        on
            handoff_fields.handoff_key = fixing_teams.handoff_key
            and fields.fixed_by = fixing_teams.fixed_by
),

counts as (
    select
        case when stage_week is null then 'month' else 'week' end as period_grain,
        coalesce(stage_week, stage_month) as period_start,
        field_id,
        stage,
        coalesce(team_id, '(all)') as team_id,
        coalesce(campaign_key, '(all)') as campaign_key,
        count(case when filled_state = 'filled_at_handoff' then 1 end) as numerator,
        count(*) as denominator,
        count(case when filled_state = 'filled_later' then 1 end) as filled_later_count,
        count(case when filled_state = 'missing' then 1 end) as missing_count,
        count(case when judged_from = 'first_seen' then 1 end) as first_seen_count
    from judged_fields
    group by
        grouping sets (
            {% for period in ['stage_week', 'stage_month'] -%}
            (field_id, stage, {{ period }}, team_id, campaign_key),
            (field_id, stage, {{ period }}, team_id),
            (field_id, stage, {{ period }}, campaign_key),
            (field_id, stage, {{ period }}){{ ',' if not loop.last }}
            {% endfor %}
        )
),

with_period_end as (
    select
        period_grain,
        period_start,
        {{ period_end('period_grain', 'period_start') }} as period_end,
        field_id,
        stage,
        team_id,
        campaign_key,
        numerator,
        denominator,
        filled_later_count,
        missing_count,
        first_seen_count
    from counts
),

with_completeness as (
    select
        *,
        {{ cohort_is_complete('period_end', '0') }} as is_complete
    from with_period_end
),

with_all as (
    select * from with_completeness
    union all
    select
        'all' as period_grain,
        min(period_start) as period_start,
        max(period_end) as period_end,
        field_id,
        stage,
        team_id,
        campaign_key,
        {% for measure in [
            'numerator', 'denominator', 'filled_later_count', 'missing_count', 'first_seen_count',
        ] -%}
        cast(sum({{ measure }}) as bigint) as {{ measure }},
        {% endfor -%}
        true as is_complete
    from with_completeness
    where period_grain = 'week' and is_complete
    group by field_id, stage, team_id, campaign_key
),

with_care as (
    select
        *,
        {{ small_sample('denominator') }} as small_sample
    from with_all
),

final as (
    select
        with_care.period_grain || '/' || cast(with_care.period_start as varchar) || '/'
        || with_care.stage || '/' || with_care.field_id || '/' || with_care.team_id || '/'
        || with_care.campaign_key as field_completeness_key,
        with_care.period_grain,
        with_care.period_start,
        with_care.period_end,
        with_care.field_id,
        fields.label as field_label,
        with_care.stage,
        fields.fixed_by,
        fields.severity,
        with_care.team_id,
        case with_care.team_id
            when '(all)' then 'All teams'
            when '(none)' then 'No team'
            else teams.label
        end as team_label,
        with_care.campaign_key,
        case with_care.campaign_key
            when '(all)' then 'All campaigns'
            else coalesce(campaigns.campaign_name, with_care.campaign_key)
        end as campaign_name,
        'cohort' as basis,
        0 as horizon_days,
        with_care.numerator,
        with_care.denominator,
        {{ unless_hidden(
            'with_care.small_sample',
            'with_care.numerator / cast(with_care.denominator as double)'
        ) }} as rate,
        {{ unless_hidden(
            'with_care.small_sample', wilson_low('with_care.numerator', 'with_care.denominator')
        ) }} as ci_low,
        {{ unless_hidden(
            'with_care.small_sample', wilson_high('with_care.numerator', 'with_care.denominator')
        ) }} as ci_high,
        with_care.small_sample,
        with_care.filled_later_count,
        with_care.missing_count,
        with_care.first_seen_count,
        with_care.is_complete
    from with_care
    inner join fields
        on with_care.field_id = fields.field_id and with_care.stage = fields.stage
    left join teams
        on with_care.team_id = teams.team_id
    left join campaigns
        on with_care.campaign_key = campaigns.campaign_key
)

select * from final
