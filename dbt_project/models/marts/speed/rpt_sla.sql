-- Attainment is met / (met + late + missed), over the handoffs whose MQL falls into the period; the
-- other statuses stand beside it, since a good rate over few judged handoffs is no good speed.
-- '(all)' in team, tier or campaign is the sum over them; '(none)' is a handoff without a team.

with

-- The SLA is that of the first owner, whoever owns the handoff now.
handoffs as (
    select
        handoffs.*,
        coalesce(assigned_owners.team_id, '(none)') as team,
        coalesce(handoffs.campaign_key, '(none)') as campaign
    from {{ ref('int_handoffs__counted') }} as handoffs
    left join {{ ref('int_owners__owner_roles') }} as assigned_owners
        on handoffs.assigned_owner_key = assigned_owners.owner_key
),

by_period as (
    select 'week' as period_grain, mql_week as period_start, * from handoffs
    union all
    select 'month' as period_grain, mql_month as period_start, * from handoffs
    union all
    select 'all' as period_grain, cast(null as date) as period_start, * from handoffs
),

counts as (
    select
        period_grain,
        period_start,
        case when grouping(team) = 1 then '(all)' else team end as team_id,
        case when grouping(sla_tier) = 1 then '(all)' else sla_tier end as sla_tier,
        case when grouping(campaign) = 1 then '(all)' else campaign end as campaign_key,
        count(*) as handoffs,
        sum(case when sla_status = 'met' then 1 else 0 end) as met,
        sum(case when sla_status = 'late' then 1 else 0 end) as late,
        sum(case when sla_status = 'missed' then 1 else 0 end) as missed,
        sum(case when sla_status = 'pending' then 1 else 0 end) as pending,
        sum(case when sla_status = 'unowned' then 1 else 0 end) as unowned,
        sum(case when sla_status = 'closed_untouched' then 1 else 0 end) as closed_untouched,
        sum(case when sla_status = 'not_measured' then 1 else 0 end) as not_measured,
        percentile_cont(0.5) within group (order by system_delay_business_minutes)
            as median_system_delay_business_minutes,
        percentile_cont(0.5) within group (order by human_delay_business_minutes)
            as median_human_delay_business_minutes,
        percentile_cont(0.5) within group (order by speed_to_lead_minutes)
            as median_speed_to_lead_minutes,
        percentile_cont(0.5) within group (order by minutes_late) as median_minutes_late
    from by_period
    group by
        grouping sets (
            (period_grain, period_start),
            (period_grain, period_start, team),
            (period_grain, period_start, sla_tier),
            (period_grain, period_start, campaign),
            (period_grain, period_start, team, sla_tier),
            (period_grain, period_start, team, campaign),
            (period_grain, period_start, sla_tier, campaign),
            (period_grain, period_start, team, sla_tier, campaign)
        )
),

rates as (
    select
        *,
        met as numerator,
        met + late + missed as denominator,
        {{ small_sample('met + late + missed') }} as small_sample,
        {{ period_end('period_grain', 'period_start') }} as period_end
    from counts
),

final as (
    select
        md5(
            period_grain || '/' || coalesce(cast(period_start as varchar), '') || '/' || team_id
            || '/' || sla_tier || '/' || campaign_key
        ) as sla_key,
        period_grain,
        period_start,
        period_end,
        team_id,
        sla_tier,
        campaign_key,
        'cohort' as basis,
        cast(null as integer) as horizon_days,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        {{ unless_hidden('small_sample', 'cast(numerator as double) / nullif(denominator, 0)') }}
            as rate,
        {{ unless_hidden('small_sample', wilson_low('numerator', 'denominator')) }} as ci_low,
        {{ unless_hidden('small_sample', wilson_high('numerator', 'denominator')) }} as ci_high,
        coalesce(
            pending = 0 and {{ period_ended_at('period_end') }} <= {{ as_of() }}, false
        ) as is_complete,
        small_sample,
        cast(handoffs as bigint) as handoffs,
        cast(met as bigint) as met,
        cast(late as bigint) as late,
        cast(missed as bigint) as missed,
        cast(pending as bigint) as pending,
        cast(unowned as bigint) as unowned,
        cast(closed_untouched as bigint) as closed_untouched,
        cast(not_measured as bigint) as not_measured,
        cast(median_system_delay_business_minutes as double)
            as median_system_delay_business_minutes,
        cast(median_human_delay_business_minutes as double) as median_human_delay_business_minutes,
        cast(median_speed_to_lead_minutes as double) as median_speed_to_lead_minutes,
        cast(median_minutes_late as double) as median_minutes_late
    from rates
)

select * from final
