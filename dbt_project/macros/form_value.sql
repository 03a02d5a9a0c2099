{#- The first value that a form submission gives for a field; null when the field is not there. -#}
{% macro form_value(form_values, name) -%}
  {{ return(adapter.dispatch('form_value')(form_values, name)) }}
{%- endmacro %}

{% macro default__form_value(form_values, name) -%}
  get(filter({{ form_values }}, x -> lower(x.name) = '{{ name }}'), 0).value
{%- endmacro %}

{% macro duckdb__form_value(form_values, name) -%}
  list_filter({{ form_values }}, lambda x: lower(x."name") = '{{ name }}')[1]."value"
{%- endmacro %}
