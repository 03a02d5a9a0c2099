-- The headline cohort loses nobody: the MQLs of all weeks of the conversion table are the counted
-- handoffs, once each.

with

cohorts as (
    select sum(denominator) as mql_count
    from {{ ref('rpt_campaign_conversion') }}
    where
        campaign_key = '(all)'
        and period_grain = 'week'
        and start_stage = 'mql'
        and end_stage = 'sql'
        and basis = 'cohort'
        and horizon_days = 90
),

handoffs as (
    select count(*) as handoff_count from {{ ref('int_handoffs__counted') }}
)

select
    cohorts.mql_count,
    handoffs.handoff_count
from cohorts
cross join handoffs
where coalesce(cohorts.mql_count, 0) <> handoffs.handoff_count
