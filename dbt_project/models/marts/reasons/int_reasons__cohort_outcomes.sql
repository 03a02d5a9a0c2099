-- What became of the handoffs of a cohort within the horizon: turned back or lost for a reason,
-- `won`, `expired`, or not closed. What was not closed within a horizon is `open`; stale is a state
-- of today, so it is told apart only without a horizon. Handoffs of a source that records no
-- reasons are left out: what is not measured has no share.

with

handoffs as (
    select counted.*
    from {{ ref('int_handoffs__counted') }} as counted
    inner join {{ playbook('sources') }} as sources
        on counted.source_id = sources.source_id
    where sources.has_reasons
),

horizons as (
    select distinct horizon_days from {{ ref('int_rates__definitions') }}
),

daily_counts as (
    select
        coalesce(campaign_key, '(none)') as campaign_key,
        {{ week_of('mql_at') }} as mql_week,
        {{ month_of('mql_at') }} as mql_month,
        cast(ceil({{ minutes_between('mql_at', 'closed_at') }} / 1440) as integer) as closed_on_day,
        exit_stage,
        case when exit_stage in ('disqualified', 'recycled', 'lost') then reason else exit_stage end
            as closed_code,
        case when is_stale then 'stale' else 'open' end as open_code,
        rejected_by,
        count(*) as handoff_count
    from handoffs
    group by all
),

outcomes as (
    select
        daily_counts.*,
        horizons.horizon_days,
        coalesce(
            daily_counts.closed_on_day
            <= coalesce(horizons.horizon_days, daily_counts.closed_on_day),
            false
        ) as is_closed
    from daily_counts
    cross join horizons
),

coded_outcomes as (
    select
        *,
        case
            when is_closed then closed_code
            when horizon_days is null then open_code
            else 'open'
        end as reason_code,
        is_closed and exit_stage in ('disqualified', 'recycled', 'lost') as is_reason
    from outcomes
),

counts as (
    select
        case when mql_week is null then 'month' else 'week' end as period_grain,
        coalesce(mql_week, mql_month) as period_start,
        coalesce(campaign_key, '(all)') as campaign_key,
        horizon_days,
        reason_code,
        is_reason,
        is_closed,
        {% for column, value, measure in [
            ('exit_stage', 'disqualified', 'disqualified_count'),
            ('exit_stage', 'recycled', 'recycled_count'),
            ('exit_stage', 'lost', 'lost_count'),
            ('rejected_by', 'sdr', 'rejected_by_sdr_count'),
            ('rejected_by', 'ae', 'rejected_by_ae_count'),
        ] -%}
        cast(sum(
            case when is_closed and {{ column }} = '{{ value }}' then handoff_count else 0 end
        ) as bigint) as {{ measure }},
        {% endfor -%}
        cast(sum(handoff_count) as bigint) as numerator
    from coded_outcomes
    group by
        grouping sets (
            (mql_week, campaign_key, horizon_days, reason_code, is_reason, is_closed),
            (mql_week, horizon_days, reason_code, is_reason, is_closed),
            (mql_month, campaign_key, horizon_days, reason_code, is_reason, is_closed),
            (mql_month, horizon_days, reason_code, is_reason, is_closed)
        )
),

with_period_end as (
    select
        *,
        {{ period_end('period_grain', 'period_start') }} as period_end
    from counts
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        campaign_key,
        horizon_days,
        reason_code,
        is_reason,
        is_closed,
        numerator,
        disqualified_count,
        recycled_count,
        lost_count,
        rejected_by_sdr_count,
        rejected_by_ae_count,
        {{ cohort_is_complete('period_end', 'horizon_days') }} as is_complete
    from with_period_end
)

select * from final
