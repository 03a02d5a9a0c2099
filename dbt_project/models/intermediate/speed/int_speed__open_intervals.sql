-- The time line of each calendar, cut so that business minutes between two instants are two
-- look-ups (see the macros of business time). Opening hours are local and become UTC through the
-- calendar's zone, so a day on which clocks change has the minutes that really pass. A shift that
-- ends at or before its start ends on the next day and belongs to the day on which it starts, also
-- when that is a holiday. Hours that overlap count once.

with

calendars as (
    select * from {{ playbook('calendars') }}
),

calendar_hours as (
    select * from {{ playbook('calendar_hours') }}
),

calendar_holidays as (
    select * from {{ playbook('calendar_holidays') }}
),

-- Far enough ahead that an SLA that starts now has its due instant.
date_range as (
    select
        cast(coalesce(min(mql_at), {{ as_of() }}) as date) - 2 as first_date,
        cast({{ as_of() }} as date) + 400 as last_date
    from {{ ref('int_handoffs__trips') }}
),

days as (
    select
        calendars.calendar_id,
        calendars.time_zone,
        date_range.first_date + cast(numbers.number as integer) as day
    from date_range
    cross join {{ whole_numbers(5) }} as numbers
    cross join calendars
    where date_range.first_date + cast(numbers.number as integer) <= date_range.last_date
),

shifts as (
    select
        days.calendar_id,
        days.time_zone,
        cast(days.day as timestamp) as midnight,
        extract(hour from calendar_hours.opens) * 60
        + extract(minute from calendar_hours.opens) as opens_minute,
        extract(hour from calendar_hours.closes) * 60
        + extract(minute from calendar_hours.closes) as closes_minute
    from days
    inner join calendar_hours
        on
            days.calendar_id = calendar_hours.calendar_id
            and {{ iso_weekday('days.day') }} = calendar_hours.weekday
    left join calendar_holidays
        on
            days.calendar_id = calendar_holidays.calendar_id
            and days.day = calendar_holidays.holiday_date
    where calendar_holidays.holiday_date is null
),

shifts_in_utc as (
    select
        calendar_id,
        {{ to_utc("midnight + opens_minute * interval '1' minute", 'time_zone') }} as opens_at,
        {{ to_utc("""midnight + (
            closes_minute + case when closes_minute <= opens_minute then 1440 else 0 end
        ) * interval '1' minute""", 'time_zone') }} as closes_at
    from shifts
),

distinct_shifts as (
    select
        calendar_id,
        greatest(
            opens_at,
            max(closes_at) over (
                partition by calendar_id
                order by opens_at, closes_at
                rows between unbounded preceding and 1 preceding
            )
        ) as opens_at,
        closes_at
    from shifts_in_utc
),

-- No shift is longer than a day, so it lies on three UTC dates at most.
shifts_by_utc_date as (
    select
        distinct_shifts.calendar_id,
        cast(distinct_shifts.opens_at as date) + cast(numbers.number as integer) as utc_date,
        distinct_shifts.opens_at,
        distinct_shifts.closes_at
    from distinct_shifts
    cross join {{ whole_numbers(1) }} as numbers
    where numbers.number < 3 and distinct_shifts.opens_at < distinct_shifts.closes_at
),

pieces as (
    select
        calendar_id,
        utc_date,
        greatest(opens_at, cast(utc_date as timestamp)) as opens_at,
        least(closes_at, cast(utc_date + 1 as timestamp)) as closes_at
    from shifts_by_utc_date
    where opens_at < cast(utc_date + 1 as timestamp) and closes_at > cast(utc_date as timestamp)
),

-- A date without open hours has one piece, which is empty.
pieces_of_all_dates as (
    select
        days.calendar_id,
        days.day as utc_date,
        coalesce(pieces.opens_at, cast(days.day as timestamp)) as opens_at,
        coalesce(pieces.closes_at, cast(days.day as timestamp)) as closes_at
    from days
    left join pieces
        on days.calendar_id = pieces.calendar_id and days.day = pieces.utc_date
),

final as (
    select
        calendar_id,
        utc_date,
        case
            when lag(opens_at) over pieces_of_date is null then cast(utc_date as timestamp)
            else opens_at
        end as starts_at,
        coalesce(lead(opens_at) over pieces_of_date, cast(utc_date + 1 as timestamp)) as ends_at,
        opens_at,
        closes_at,
        cast(
            coalesce(
                sum({{ micros_between('opens_at', 'closes_at') }}) over (
                    partition by calendar_id
                    order by opens_at
                    rows between unbounded preceding and 1 preceding
                ), 0
            ) as bigint
        ) as open_micros_before
    from pieces_of_all_dates
    window pieces_of_date as (partition by calendar_id, utc_date order by opens_at)
)

select * from final
