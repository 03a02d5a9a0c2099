-- The metrics of the weekly page, and whether the sources can tell them at all. What the data
-- cannot tell is "not measured", which is not zero.

with

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

measurable as (
    select
        coalesce(bool_or(sla_status <> 'not_measured'), false) as has_speed,
        coalesce(bool_or(fields_required > 0), false) as has_fields,
        coalesce(bool_or(icp_fit <> 'unknown'), false) as has_fit,
        coalesce(bool_or(amount_won is not null), false) as has_amounts
    from handoffs
),

reasons as (
    select coalesce(bool_or(has_reasons), false) as has_reasons from sources
),

final as (
    select
        metrics.metric_id,
        metrics.position,
        metrics.unit,
        case metrics.needs
            when 'speed' then measurable.has_speed
            when 'fields' then measurable.has_fields
            when 'fit' then measurable.has_fit
            when 'amounts' then measurable.has_amounts
            when 'reasons' then reasons.has_reasons
            else true
        end as is_measured
    from (
        select 'mqls' as metric_id, 1 as position, 'count' as unit, 'nothing' as needs
        union all
        select 'accepted_handoffs', 2, 'count', 'nothing'
        union all
        select 'sqls', 3, 'count', 'nothing'
        union all
        select 'opportunities', 4, 'count', 'nothing'
        union all
        select 'wins', 5, 'count', 'nothing'
        union all
        select 'amount_won', 6, 'currency', 'amounts'
        union all
        select 'sla_attainment_rate', 7, 'rate', 'speed'
        union all
        select 'field_completeness_rate', 8, 'rate', 'fields'
        union all
        select 'rejection_rate', 9, 'rate', 'reasons'
        union all
        select 'unusable_reason_rate', 10, 'rate', 'reasons'
        union all
        select 'poor_fit_rate', 11, 'rate', 'fit'
        union all
        select 'unowned_handoffs', 12, 'count', 'speed'
        union all
        select 'no_next_step', 13, 'count', 'speed'
        union all
        select 'bypasses', 14, 'count', 'nothing'
        union all
        select 'unmapped_stages', 15, 'count', 'nothing'
    ) as metrics
    cross join measurable
    cross join reasons
)

select * from final
