{#- The domain of a company's website, as it stands behind the @ of its addresses. -#}
{% macro website_domain(url) -%}
  nullif(
    regexp_extract(lower(trim({{ url }})), '^([a-z]+://)?(www[.])?([^/?#:]+)', 3), ''
  )
{%- endmacro %}
