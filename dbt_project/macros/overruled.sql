{#- Whether an instant lies in the time in which a source is overruled, as a row of
    int_people__overruled_sources tells it; false without such a row. -#}
{% macro is_overruled_at(instant, overruled) -%}
  coalesce(
    {{ instant }} >= {{ overruled }}.overruled_from
    and {{ instant }} < coalesce({{ overruled }}.overruled_until, cast('9999-12-31' as timestamp)),
    false
  )
{%- endmacro %}
