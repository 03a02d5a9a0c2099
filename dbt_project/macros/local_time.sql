{#- The local time in a zone of an instant held in UTC, and the other way round. -#}
{% macro to_local(instant, time_zone) -%}
  {{ return(adapter.dispatch('to_local')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__to_local(instant, time_zone) -%}
  from_utc_timestamp({{ instant }}, {{ time_zone }})
{%- endmacro %}

{% macro duckdb__to_local(instant, time_zone) -%}
  (({{ instant }}) at time zone 'UTC' at time zone {{ time_zone }})
{%- endmacro %}

{% macro to_utc(local_time, time_zone) -%}
  {{ return(adapter.dispatch('to_utc')(local_time, time_zone)) }}
{%- endmacro %}

{% macro default__to_utc(local_time, time_zone) -%}
  to_utc_timestamp({{ local_time }}, {{ time_zone }})
{%- endmacro %}

{% macro duckdb__to_utc(local_time, time_zone) -%}
  (({{ local_time }}) at time zone {{ time_zone }} at time zone 'UTC')
{%- endmacro %}

{% macro local_date(instant, time_zone) -%}
  cast({{ to_local(instant, time_zone) }} as date)
{%- endmacro %}

{#- Elapsed minutes between two instants, with the fraction of a minute. -#}
{% macro minutes_between(started_at, ended_at) -%}
  {{ return(adapter.dispatch('minutes_between')(started_at, ended_at)) }}
{%- endmacro %}

{% macro default__minutes_between(started_at, ended_at) -%}
  (cast({{ ended_at }} as double) - cast({{ started_at }} as double)) / 60.0
{%- endmacro %}

{% macro duckdb__minutes_between(started_at, ended_at) -%}
  (epoch_us({{ ended_at }}) - epoch_us({{ started_at }})) / 60000000.0
{%- endmacro %}

{#- An instant moved by a number of whole or fractional hours. -#}
{% macro add_hours(instant, hours) -%}
  ({{ instant }} + ({{ hours }}) * interval '1' hour)
{%- endmacro %}
