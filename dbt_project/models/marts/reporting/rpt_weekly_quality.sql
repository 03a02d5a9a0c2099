-- Sums of map_weekly_handoffs by week, with bypasses and unmapped stages beside them. A week is
-- complete when it has ended in the reporting time zone.

with

members as (
    select * from {{ ref('map_weekly_handoffs') }}
),

metrics as (
    select * from {{ ref('int_weekly__metrics') }}
),

beside as (
    select
        'bypasses' as metric_id,
        {{ week_of('bypassed_at') }} as week_start,
        count(*) as numerator
    from {{ ref('fct_bypasses') }}
    where not is_excluded and bypassed_at is not null
    group by {{ week_of('bypassed_at') }}
    union all
    select
        'unmapped_stages' as metric_id,
        {{ week_of('occurred_at') }} as week_start,
        count(*) as numerator
    from {{ ref('fct_stage_events') }}
    where stage = 'unmapped'
    group by {{ week_of('occurred_at') }}
),

sums as (
    select
        metric_id,
        week_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from members
    group by metric_id, week_start
    union all
    select
        metric_id,
        week_start,
        cast(numerator as double) as numerator,
        cast(null as double) as denominator
    from beside
),

weeks as (
    select distinct week_start from sums
    union
    select {{ week_of(as_of()) }} as week_start
    union
    select cast({{ week_of(as_of()) }} - interval '7' day as date) as week_start
),

every_week as (
    select
        weeks.week_start,
        metrics.metric_id,
        metrics.position,
        metrics.unit,
        metrics.is_measured,
        case
            when not metrics.is_measured then null
            else coalesce(sums.numerator, 0.0)
        end as numerator,
        case
            when metrics.unit <> 'rate' or not metrics.is_measured then null
            else coalesce(sums.denominator, 0.0)
        end as denominator
    from weeks
    cross join metrics
    left join sums
        on weeks.week_start = sums.week_start and metrics.metric_id = sums.metric_id
),

judged as (
    select
        *,
        case
            when unit <> 'rate' or not is_measured then 'no'
            else {{ small_sample('denominator') }}
        end as small_sample
    from every_week
),

valued as (
    select
        *,
        case
            when unit = 'rate'
                then {{ unless_hidden('small_sample', 'numerator / nullif(denominator, 0)') }}
            else numerator
        end as value
    from judged
),

final as (
    select
        valued.metric_id || '/' || cast(valued.week_start as varchar) as weekly_quality_key,
        valued.week_start,
        cast(valued.week_start + interval '7' day as date) as week_end,
        valued.metric_id,
        valued.position,
        valued.unit,
        'period' as basis,
        valued.is_measured,
        {{ period_ended_at("valued.week_start + interval '7' day") }} <= {{ as_of() }}
            as is_complete,
        valued.numerator,
        valued.denominator,
        valued.value,
        valued.small_sample,
        case when valued.unit = 'rate' then {{ unless_hidden(
            'valued.small_sample', wilson_low('valued.numerator', 'valued.denominator')
        ) }} end as ci_low,
        case when valued.unit = 'rate' then {{ unless_hidden(
            'valued.small_sample', wilson_high('valued.numerator', 'valued.denominator')
        ) }} end as ci_high,
        before.numerator as previous_numerator,
        before.denominator as previous_denominator,
        before.value as previous_value,
        valued.value - before.value as change
    from valued
    left join valued as before
        on
            valued.metric_id = before.metric_id
            and before.week_start = cast(valued.week_start - interval '7' day as date)
)

select * from final
