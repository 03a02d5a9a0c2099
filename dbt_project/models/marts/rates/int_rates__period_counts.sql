-- Period basis: end stages entered in the period over start stages entered in the period. These are
-- different people above and below, so there is no interval; the period is complete when it has
-- ended. Both sides count only handoffs that recorded the start stage.

with

transitions as (
    select * from {{ ref('int_rates__transitions') }}
    where has_period
),

entries as (
    select
        start_stage, end_stage, campaign_key, start_week as week, start_month as month,
        1 as started, 0 as ended, 0 as ended_inferred
    from transitions
    union all
    select
        start_stage, end_stage, campaign_key, end_week as week, end_month as month,
        0 as started, 1 as ended, case when end_is_inferred then 1 else 0 end as ended_inferred
    from transitions
    where end_at is not null
),

counts as (
    select
        case when week is null then 'month' else 'week' end as period_grain,
        coalesce(week, month) as period_start,
        coalesce(campaign_key, '(all)') as campaign_key,
        start_stage,
        end_stage,
        sum(ended) as numerator,
        sum(started) as denominator,
        sum(ended_inferred) as inferred_end_count
    from entries
    group by
        grouping sets (
            (start_stage, end_stage, week, campaign_key),
            (start_stage, end_stage, week),
            (start_stage, end_stage, month, campaign_key),
            (start_stage, end_stage, month)
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
        start_stage,
        end_stage,
        cast(null as integer) as horizon_days,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        cast(inferred_end_count as bigint) as inferred_end_count,
        {{ period_ended_at('period_end') }} <= {{ as_of() }} as is_complete
    from with_period_end
)

select * from final
