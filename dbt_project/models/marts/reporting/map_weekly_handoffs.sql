-- Which handoffs stand behind which weekly figure, and with what weight above and below the line.
-- A figure of rpt_weekly_quality is the sum of its rows here, so every figure leads to its leads.
-- MQLs, SLA, fields, fit and rejections are of the week of the MQL; other stages of the week of
-- their own date; reasons of the week in which the handoff closed.

with

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

counts as (
    select handoff_key, 'mqls' as metric_id, mql_at as counted_at, 1.0 as numerator
    from handoffs
    union all
    select handoff_key, 'accepted_handoffs' as metric_id, accepted_at as counted_at, 1.0
    from handoffs
    union all
    select handoff_key, 'sqls' as metric_id, sql_at as counted_at, 1.0
    from handoffs
    union all
    select handoff_key, 'opportunities' as metric_id, opportunity_at as counted_at, 1.0
    from handoffs
    union all
    select handoff_key, 'wins' as metric_id, won_at as counted_at, 1.0
    from handoffs
    union all
    select handoff_key, 'amount_won' as metric_id, won_at as counted_at, coalesce(amount_won, 0.0)
    from handoffs
    union all
    select handoff_key, 'unowned_handoffs' as metric_id, mql_at as counted_at, 1.0
    from handoffs
    where is_open and not has_owner and sla_status <> 'not_measured'
    union all
    select handoff_key, 'no_next_step' as metric_id, mql_at as counted_at, 1.0
    from handoffs
    where is_open and has_owner and not has_next_step and sla_status <> 'not_measured'
),

shares as (
    select
        handoff_key,
        'sla_attainment_rate' as metric_id,
        mql_at as counted_at,
        case when sla_status = 'met' then 1.0 else 0.0 end as numerator,
        1.0 as denominator
    from handoffs
    where sla_status in ('met', 'late', 'missed')
    union all
    select
        handoff_key,
        'field_completeness_rate' as metric_id,
        mql_at as counted_at,
        cast(fields_filled as double) as numerator,
        cast(fields_required as double) as denominator
    from handoffs
    where fields_required > 0
    union all
    select
        handoff_key,
        'poor_fit_rate' as metric_id,
        mql_at as counted_at,
        case when icp_fit = 'poor' then 1.0 else 0.0 end as numerator,
        1.0 as denominator
    from handoffs
    where icp_fit <> 'unknown'
    union all
    select
        handoffs.handoff_key,
        'rejection_rate' as metric_id,
        handoffs.mql_at as counted_at,
        case when handoffs.rejected_by is not null then 1.0 else 0.0 end as numerator,
        1.0 as denominator
    from handoffs
    inner join sources
        on handoffs.source_id = sources.source_id and sources.has_reasons
    union all
    select
        handoffs.handoff_key,
        'unusable_reason_rate' as metric_id,
        handoffs.closed_at as counted_at,
        case when handoffs.reason in ('missing', 'unmapped') then 1.0 else 0.0 end as numerator,
        1.0 as denominator
    from handoffs
    inner join sources
        on handoffs.source_id = sources.source_id and sources.has_reasons
    where handoffs.exit_stage in ('disqualified', 'recycled', 'lost')
),

final as (
    select
        metric_id || '/' || handoff_key as weekly_handoff_key,
        metric_id,
        {{ week_of('counted_at') }} as week_start,
        handoff_key,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator
    from (
        select handoff_key, metric_id, counted_at, numerator, cast(null as double) as denominator
        from counts
        union all
        select handoff_key, metric_id, counted_at, numerator, cast(denominator as double)
        from shares
    ) as members
    where counted_at is not null
)

select * from final
