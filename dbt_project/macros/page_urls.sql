{#- A query parameter of a page's address, decoded; null when absent or empty. A parameter that is
    no valid encoding stays as it is written: visitors send anything. -#}
{% macro url_parameter(url, name) -%}
  {{ return(adapter.dispatch('url_parameter')(url, name)) }}
{%- endmacro %}

{% macro raw_url_parameter(url, name) -%}
  replace(regexp_extract({{ url }}, '(?i)[?&]{{ name }}=([^&#]*)', 1), '+', ' ')
{%- endmacro %}

{% macro default__url_parameter(url, name) -%}
  nullif(trim(coalesce(
    try_url_decode({{ raw_url_parameter(url, name) }}), {{ raw_url_parameter(url, name) }}
  )), '')
{%- endmacro %}

{% macro duckdb__url_parameter(url, name) -%}
  nullif(trim(coalesce(
    try(url_decode({{ raw_url_parameter(url, name) }})), {{ raw_url_parameter(url, name) }}
  )), '')
{%- endmacro %}

{#- A page's address without scheme, query and fragment: the same page is the same text, and what
    visitors carry in the query (addresses, click ids) stays out of the marts. -#}
{% macro landing_page(url) -%}
  nullif(
    regexp_replace(regexp_replace({{ url }}, '[?#].*$', ''), '(^[A-Za-z]+://)|(/+$)', '', 'g'), ''
  )
{%- endmacro %}
