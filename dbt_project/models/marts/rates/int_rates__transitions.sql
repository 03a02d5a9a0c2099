-- The start stage of a rate must be recorded, its end stage may be inferred: were inferred starts
-- counted, skipped stages would convert by definition. Each transition is dated by its start, and
-- by its end where it was reached, in weeks and months of the reporting time zone.

with

rates as (
    select distinct start_stage, end_stage, has_period, needs
    from {{ ref('int_rates__definitions') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

stage_dates as (
    select * from {{ ref('int_rates__stage_dates') }}
),

final as (
    select
        starts.handoff_key || '/' || rates.start_stage || '/' || rates.end_stage as transition_key,
        starts.handoff_key,
        starts.campaign_key,
        rates.start_stage,
        rates.end_stage,
        rates.has_period,
        {{ week_of('starts.strict_at') }} as start_week,
        {{ month_of('starts.strict_at') }} as start_month,
        {{ week_of('ends.filled_at') }} as end_week,
        {{ month_of('ends.filled_at') }} as end_month,
        {{ minutes_between('starts.strict_at', 'ends.filled_at') }} as elapsed_minutes,
        coalesce(ends.is_inferred, false) as end_is_inferred,
        starts.strict_at as start_at,
        ends.filled_at as end_at
    from rates
    inner join stage_dates as starts
        on rates.start_stage = starts.stage
    left join stage_dates as ends
        on starts.handoff_key = ends.handoff_key and rates.end_stage = ends.stage
    left join sources
        on starts.source_id = sources.source_id
    where
        starts.strict_at is not null
        and (
            rates.needs = 'stages'
            or (rates.needs = 'reasons' and sources.has_reasons)
            or (rates.needs = 'owners' and sources.has_owner_history)
        )
)

select * from final
