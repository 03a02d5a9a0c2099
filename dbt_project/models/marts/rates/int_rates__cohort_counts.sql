-- Cohort basis: of the handoffs whose start stage falls in the period, those that reached the end
-- stage within the horizon (24 elapsed hours a day, inclusive). A cohort is complete when its last
-- member has been watched for the whole horizon; one without a horizon never is.

with

transitions as (
    select * from {{ ref('int_rates__transitions') }}
),

definitions as (
    select * from {{ ref('int_rates__definitions') }}
),

-- Whole days count alike: reached within 90 days is reached on day 90 or earlier.
daily_counts as (
    select
        start_stage,
        end_stage,
        campaign_key,
        start_week,
        start_month,
        cast(ceil(elapsed_minutes / 1440) as integer) as reached_on_day,
        count(*) as handoff_count,
        count(case when end_is_inferred then 1 end) as inferred_count
    from transitions
    group by all
),

counts as (
    select
        case when daily_counts.start_week is null then 'month' else 'week' end as period_grain,
        coalesce(daily_counts.start_week, daily_counts.start_month) as period_start,
        coalesce(daily_counts.campaign_key, '(all)') as campaign_key,
        daily_counts.start_stage,
        daily_counts.end_stage,
        definitions.horizon_days,
        sum(case
            when
                daily_counts.reached_on_day
                <= coalesce(definitions.horizon_days, daily_counts.reached_on_day)
                then daily_counts.handoff_count
            else 0
        end) as numerator,
        sum(daily_counts.handoff_count) as denominator,
        sum(case
            when
                daily_counts.reached_on_day
                <= coalesce(definitions.horizon_days, daily_counts.reached_on_day)
                then daily_counts.inferred_count
            else 0
        end) as inferred_end_count
    from daily_counts
    inner join definitions
        on
            daily_counts.start_stage = definitions.start_stage
            and daily_counts.end_stage = definitions.end_stage
    group by
        grouping sets (
            (
                daily_counts.start_stage, daily_counts.end_stage, definitions.horizon_days,
                daily_counts.start_week, daily_counts.campaign_key
            ),
            (
                daily_counts.start_stage, daily_counts.end_stage, definitions.horizon_days,
                daily_counts.start_week
            ),
            (
                daily_counts.start_stage, daily_counts.end_stage, definitions.horizon_days,
                daily_counts.start_month, daily_counts.campaign_key
            ),
            (
                daily_counts.start_stage, daily_counts.end_stage, definitions.horizon_days,
                daily_counts.start_month
            )
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
        horizon_days,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        cast(inferred_end_count as bigint) as inferred_end_count,
        {{ cohort_is_complete('period_end', 'horizon_days') }} as is_complete
    from with_period_end
)

select * from final
