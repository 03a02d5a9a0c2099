{#- Periods are cut in the reporting time zone; an instant is UTC. -#}

{#- The Monday of the ISO week of an instant. -#}
{% macro week_of(instant) -%}
  cast(date_trunc('week', {{ local_date(instant, parameter('reporting_time_zone')) }}) as date)
{%- endmacro %}

{#- The first day of the month of an instant. -#}
{% macro month_of(instant) -%}
  cast(date_trunc('month', {{ local_date(instant, parameter('reporting_time_zone')) }}) as date)
{%- endmacro %}

{#- The first day after a week or month, from its first day. -#}
{% macro period_end(period_grain, period_start) -%}
  cast(
    case {{ period_grain }}
      when 'week' then {{ period_start }} + interval '7' day
      when 'month' then {{ period_start }} + interval '1' month
    end as date
  )
{%- endmacro %}

{#- The instant at which a period is over: local midnight of the first day after it. -#}
{% macro period_ended_at(period_end) -%}
  {{ to_utc('cast(' ~ period_end ~ ' as timestamp)', parameter('reporting_time_zone')) }}
{%- endmacro %}

{#- A cohort is complete when its last possible member has been watched for the whole horizon,
    days of 24 elapsed hours; without a horizon it never is. -#}
{% macro cohort_is_complete(period_end, horizon_days) -%}
  coalesce(
    {{ add_hours(period_ended_at(period_end), '24 * ' ~ horizon_days) }} <= {{ as_of() }}, false
  )
{%- endmacro %}
