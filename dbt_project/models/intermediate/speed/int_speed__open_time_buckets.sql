-- The way back from open time to the clock: which open stretch holds the n-th open minute. Each
-- stretch is listed under every bucket of open time that it touches, so that the look-up is an
-- equality join.

with

open_stretches as (
    select
        calendar_id,
        opens_at,
        open_micros_before,
        open_micros_before + {{ micros_between('opens_at', 'closes_at') }} as open_micros_after
    from {{ ref('int_speed__open_intervals') }}
    where opens_at < closes_at
),

final as (
    select
        open_stretches.calendar_id,
        {{ open_time_bucket('open_stretches.open_micros_before') }} + numbers.number as bucket,
        open_stretches.opens_at,
        open_stretches.open_micros_before,
        open_stretches.open_micros_after
    from open_stretches
    cross join {{ whole_numbers(1) }} as numbers
    where
        {{ open_time_bucket('open_stretches.open_micros_before') }} + numbers.number
        <= {{ open_time_bucket('open_stretches.open_micros_after') }}
)

select * from final
