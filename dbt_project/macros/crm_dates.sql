{#- A CRM's date without a time, as an instant in UTC that lies on this date in the reporting zone,
    so that no zone moves it to another day: the day's first instant. -#}
{% macro start_of_date(text) -%}
  {{ to_utc(
    'cast(try_cast(' ~ text ~ ' as date) as timestamp)', parameter('reporting_time_zone')
  ) }}
{%- endmacro %}

{#- The last second of such a date: what is dated by it alone was not later. -#}
{% macro end_of_date(text) -%}
  {{ to_utc(
    "cast(try_cast(" ~ text ~ " as date) as timestamp) + interval '86399' second",
    parameter('reporting_time_zone')
  ) }}
{%- endmacro %}
