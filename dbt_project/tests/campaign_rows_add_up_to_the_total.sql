-- Every handoff has exactly one campaign, `(none)` included. So for each rate, basis, horizon and
-- period, the rows of the campaigns add up to the row of all campaigns, above and below the line.

with

rates as (
    select * from {{ ref('rpt_campaign_conversion') }}
),

totals as (
    select * from rates
    where campaign_key = '(all)'
),

parts as (
    select
        period_grain,
        period_start,
        start_stage,
        end_stage,
        basis,
        coalesce(horizon_days, 0) as horizon_days,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from rates
    where campaign_key <> '(all)' and period_grain <> 'all'
    group by period_grain, period_start, start_stage, end_stage, basis, coalesce(horizon_days, 0)
)

select
    totals.rate_key,
    totals.numerator,
    parts.numerator as numerator_of_campaigns,
    totals.denominator,
    parts.denominator as denominator_of_campaigns
from totals
left join parts
    on
        totals.period_grain = parts.period_grain
        and totals.period_start = parts.period_start
        and totals.start_stage = parts.start_stage
        and totals.end_stage = parts.end_stage
        and totals.basis = parts.basis
        and coalesce(totals.horizon_days, 0) = parts.horizon_days
where
    totals.period_grain <> 'all'
    and (
        totals.numerator <> coalesce(parts.numerator, 0)
        or totals.denominator <> coalesce(parts.denominator, 0)
    )
