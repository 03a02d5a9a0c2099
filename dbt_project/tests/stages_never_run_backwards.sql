-- Filled stage dates of a handoff follow each other: a skipped stage takes the date of the next.

select
    handoff_key,
    mql_at,
    accepted_at,
    sql_at,
    opportunity_at,
    won_at
from {{ ref('fct_handoffs') }}
where
    coalesce(accepted_at, mql_at) < mql_at
    or coalesce(sql_at, accepted_at) < accepted_at
    or coalesce(opportunity_at, sql_at) < sql_at
    or coalesce(won_at, opportunity_at) < opportunity_at
    or (won_at is not null and opportunity_at is null)
    or (opportunity_at is not null and sql_at is null)
    or (sql_at is not null and accepted_at is null)
