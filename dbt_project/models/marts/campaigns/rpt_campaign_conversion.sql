-- The weeks that are complete are summed to the grain `all`; an open cohort enters no average.
-- Few handoffs show no rate (`small_sample`). Period rates have no interval.

with

counts as (
    select *, 'cohort' as basis from {{ ref('int_rates__cohort_counts') }}
    union all
    select *, 'period' as basis from {{ ref('int_rates__period_counts') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

complete_weeks as (
    select
        'all' as period_grain,
        min(period_start) as period_start,
        max(period_end) as period_end,
        campaign_key,
        start_stage,
        end_stage,
        horizon_days,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator,
        cast(sum(inferred_end_count) as bigint) as inferred_end_count,
        true as is_complete,
        basis
    from counts
    where period_grain = 'week' and is_complete
    group by campaign_key, start_stage, end_stage, horizon_days, basis
),

all_counts as (
    select
        *,
        {{ small_sample('denominator') }} as small_sample
    from (
        select * from counts
        union all
        select * from complete_weeks
    ) as unioned
),

final as (
    select
        all_counts.basis || '/' || all_counts.start_stage || '/' || all_counts.end_stage || '/'
        || coalesce(cast(all_counts.horizon_days as varchar), 'none') || '/'
        || all_counts.period_grain || '/' || cast(all_counts.period_start as varchar) || '/'
        || all_counts.campaign_key as rate_key,
        all_counts.period_grain,
        all_counts.period_start,
        all_counts.period_end,
        all_counts.campaign_key,
        case all_counts.campaign_key
            when '(all)' then 'All campaigns'
            else coalesce(campaigns.campaign_name, all_counts.campaign_key)
        end as campaign_name,
        all_counts.start_stage,
        all_counts.end_stage,
        all_counts.basis,
        all_counts.horizon_days,
        all_counts.numerator,
        all_counts.denominator,
        {{ unless_hidden(
            'all_counts.small_sample',
            'all_counts.numerator / cast(nullif(all_counts.denominator, 0) as double)'
        ) }} as rate,
        case
            when all_counts.basis = 'cohort' then {{ unless_hidden(
                'all_counts.small_sample',
                wilson_low('all_counts.numerator', 'all_counts.denominator')
            ) }}
        end as ci_low,
        case
            when all_counts.basis = 'cohort' then {{ unless_hidden(
                'all_counts.small_sample',
                wilson_high('all_counts.numerator', 'all_counts.denominator')
            ) }}
        end as ci_high,
        all_counts.is_complete,
        all_counts.small_sample,
        all_counts.inferred_end_count,
        all_counts.numerator - all_counts.inferred_end_count as strict_numerator
    from all_counts
    left join campaigns
        on all_counts.campaign_key = campaigns.campaign_key
)

select * from final
