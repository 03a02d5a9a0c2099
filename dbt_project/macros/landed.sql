{#- The records of a raw table that had landed by `as_of`. -#}
{% macro landed(table_name) -%}
  (
    select records.*
    from {{ source('raw', table_name) }} as records
    where records.landed_at <= {{ as_of() }}
  )
{%- endmacro %}

{#- Orders the versions of one record from the newest reading to the oldest. -#}
{% macro newest_first() -%}
  run_id desc, part_file desc, "updatedAt" desc
{%- endmacro %}
