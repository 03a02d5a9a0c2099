{#- Business time: the model int_speed__open_intervals cuts the time line of every calendar into
    stretches and knows the open time before each. Open time between two instants is then the
    difference of two look-ups, each an equality join on calendar and UTC date; the instant at
    which so many open minutes are used up is a look-up in int_speed__open_time_buckets.
    All of it in whole microseconds, so that no rounding decides about a touch at the due instant. -#}

{#- The open stretch that an instant falls in, as a join; `lookup` names it. -#}
{% macro join_open_time(lookup, calendar_id, instant) -%}
  left join {{ ref('int_speed__open_intervals') }} as {{ lookup }}
        on
            {{ calendar_id }} = {{ lookup }}.calendar_id
            and cast({{ instant }} as date) = {{ lookup }}.utc_date
            and {{ instant }} >= {{ lookup }}.starts_at
            and {{ instant }} < {{ lookup }}.ends_at
{%- endmacro %}

{#- Open microseconds of the calendar up to an instant; null for no instant. -#}
{% macro open_micros_until(lookup, instant) -%}
  (
    {{ lookup }}.open_micros_before + greatest(
      0,
      least(
        {{ micros_between(lookup ~ '.opens_at', instant) }},
        {{ micros_between(lookup ~ '.opens_at', lookup ~ '.closes_at') }}
      )
    )
  )
{%- endmacro %}

{#- The bucket of open time in which a sum of open microseconds is reached, as a join. -#}
{% macro join_open_bucket(lookup, calendar_id, open_micros) -%}
  left join {{ ref('int_speed__open_time_buckets') }} as {{ lookup }}
        on
            {{ calendar_id }} = {{ lookup }}.calendar_id
            and {{ open_time_bucket(open_micros) }} = {{ lookup }}.bucket
            and {{ open_micros }} > {{ lookup }}.open_micros_before
            and {{ open_micros }} <= {{ lookup }}.open_micros_after
{%- endmacro %}

{#- The earliest instant by which so many open microseconds are used up. -#}
{% macro instant_of_open_micros(lookup, open_micros) -%}
  {{ add_micros(
      lookup ~ '.opens_at', '(' ~ open_micros ~ ' - ' ~ lookup ~ '.open_micros_before)'
  ) }}
{%- endmacro %}

{#- Eight hours of open time: an interval touches few buckets, a bucket few intervals. -#}
{% macro open_time_bucket(open_micros) -%}
  cast(floor(cast({{ open_micros }} as double) / 28800000000) as bigint)
{%- endmacro %}

{#- Minutes, with their fraction, of whole microseconds. -#}
{% macro minutes_of_micros(micros) -%}
  (cast({{ micros }} as double) / 60000000)
{%- endmacro %}

{#- Whole microseconds between two instants. -#}
{% macro micros_between(started_at, ended_at) -%}
  {{ return(adapter.dispatch('micros_between')(started_at, ended_at)) }}
{%- endmacro %}

{% macro default__micros_between(started_at, ended_at) -%}
  (unix_micros({{ ended_at }}) - unix_micros({{ started_at }}))
{%- endmacro %}

{% macro duckdb__micros_between(started_at, ended_at) -%}
  (epoch_us({{ ended_at }}) - epoch_us({{ started_at }}))
{%- endmacro %}

{#- An instant moved by whole microseconds. -#}
{% macro add_micros(instant, micros) -%}
  {{ return(adapter.dispatch('add_micros')(instant, micros)) }}
{%- endmacro %}

{% macro default__add_micros(instant, micros) -%}
  timestamp_micros(unix_micros({{ instant }}) + {{ micros }})
{%- endmacro %}

{% macro duckdb__add_micros(instant, micros) -%}
  ({{ instant }} + to_microseconds({{ micros }}))
{%- endmacro %}

{#- Monday is 1, Sunday 7. -#}
{% macro iso_weekday(date) -%}
  {{ return(adapter.dispatch('iso_weekday')(date)) }}
{%- endmacro %}

{% macro default__iso_weekday(date) -%}
  (weekday({{ date }}) + 1)
{%- endmacro %}

{% macro duckdb__iso_weekday(date) -%}
  isodow({{ date }})
{%- endmacro %}

{#- The whole numbers from 0 to 10^digits - 1 as a relation with the column `number`. -#}
{% macro whole_numbers(digits) -%}
  (
    select
      {% for place in range(digits) -%}
      {{ 10 ** place }} * place_{{ place }}.digit{{ ' + ' if not loop.last }}
      {%- endfor %} as number
    from
      {% for place in range(digits) -%}
      (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as place_{{ place }} (digit)
      {{- ' cross join ' if not loop.last }}
      {%- endfor %}
  )
{%- endmacro %}
