{#- One canonical staging shape over every CRM of the var `crms`. -#}
{% macro crm_union(shape) -%}
  (
    {%- for crm in var('crms') %}
    select * from {{ ref('stg_' ~ crm ~ '__' ~ shape) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
  )
{%- endmacro %}
