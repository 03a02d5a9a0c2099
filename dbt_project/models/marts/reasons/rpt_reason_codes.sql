-- Reasons beside everything else that became of the same handoffs, so that shares add up to one.
-- The weeks that are complete are summed to the grain `all`.

with

counts as (
    select * from {{ ref('int_reasons__cohort_outcomes') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

complete_weeks as (
    select
        'all' as period_grain,
        min(period_start) over (partition by campaign_key, horizon_days) as period_start,
        max(period_end) over (partition by campaign_key, horizon_days) as period_end,
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
        is_complete
    from counts
    where period_grain = 'week' and is_complete
),

summed as (
    select
        period_grain,
        period_start,
        period_end,
        campaign_key,
        horizon_days,
        reason_code,
        is_reason,
        is_closed,
        is_complete,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(disqualified_count) as bigint) as disqualified_count,
        cast(sum(recycled_count) as bigint) as recycled_count,
        cast(sum(lost_count) as bigint) as lost_count,
        cast(sum(rejected_by_sdr_count) as bigint) as rejected_by_sdr_count,
        cast(sum(rejected_by_ae_count) as bigint) as rejected_by_ae_count
    from (
        select * from counts
        union all
        select
            period_grain, period_start, period_end, campaign_key, horizon_days, reason_code,
            is_reason, is_closed, numerator, disqualified_count, recycled_count, lost_count,
            rejected_by_sdr_count, rejected_by_ae_count, is_complete
        from complete_weeks
    ) as unioned
    group by all
),

with_totals as (
    select
        *,
        cast(sum(numerator) over cohort as bigint) as denominator,
        cast(sum(case when is_closed then numerator else 0 end) over cohort as bigint)
            as closed_denominator
    from summed
    window cohort as (partition by period_grain, period_start, campaign_key, horizon_days)
),

with_care as (
    select
        *,
        {{ small_sample('denominator') }} as small_sample,
        case when is_closed then {{ small_sample('closed_denominator') }} end as closed_small_sample
    from with_totals
),

final as (
    select
        with_care.period_grain || '/' || cast(with_care.period_start as varchar) || '/'
        || coalesce(cast(with_care.horizon_days as varchar), 'none') || '/'
        || with_care.campaign_key || '/' || with_care.reason_code as reason_code_key,
        with_care.period_grain,
        with_care.period_start,
        with_care.period_end,
        with_care.campaign_key,
        case with_care.campaign_key
            when '(all)' then 'All campaigns'
            else coalesce(campaigns.campaign_name, with_care.campaign_key)
        end as campaign_name,
        'cohort' as basis,
        with_care.horizon_days,
        with_care.reason_code,
        with_care.is_reason,
        with_care.numerator,
        with_care.disqualified_count,
        with_care.recycled_count,
        with_care.lost_count,
        with_care.rejected_by_sdr_count,
        with_care.rejected_by_ae_count,
        with_care.denominator,
        {{ unless_hidden(
            'with_care.small_sample',
            'with_care.numerator / cast(with_care.denominator as double)'
        ) }} as rate,
        {{ unless_hidden(
            'with_care.small_sample',
            wilson_low('with_care.numerator', 'with_care.denominator')
        ) }} as ci_low,
        {{ unless_hidden(
            'with_care.small_sample',
            wilson_high('with_care.numerator', 'with_care.denominator')
        ) }} as ci_high,
        with_care.small_sample,
        with_care.closed_denominator,
        {{ unless_hidden(
            'with_care.closed_small_sample',
            'with_care.numerator / cast(with_care.closed_denominator as double)'
        ) }} as closed_rate,
        {{ unless_hidden(
            'with_care.closed_small_sample',
            wilson_low('with_care.numerator', 'with_care.closed_denominator')
        ) }} as closed_ci_low,
        {{ unless_hidden(
            'with_care.closed_small_sample',
            wilson_high('with_care.numerator', 'with_care.closed_denominator')
        ) }} as closed_ci_high,
        with_care.closed_small_sample,
        with_care.is_complete
    from with_care
    left join campaigns
        on with_care.campaign_key = campaigns.campaign_key
)

select * from final
