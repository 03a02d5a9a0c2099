{#- An instant that a CRM wrote as text, ISO 8601 or epoch milliseconds, in UTC; else null. -#}
{% macro crm_instant(text) -%}
  {{ return(adapter.dispatch('crm_instant')(text)) }}
{%- endmacro %}

{% macro default__crm_instant(text) -%}
  coalesce(
    try_cast({{ text }} as timestamp),
    timestamp_millis(try_cast({{ text }} as bigint))
  )
{%- endmacro %}

{% macro duckdb__crm_instant(text) -%}
  coalesce(
    try_cast({{ text }} as timestamptz) at time zone 'UTC',
    make_timestamp(try_cast({{ text }} as bigint) * 1000)
  )
{%- endmacro %}

{#- How values are matched: trimmed and case-folded, nothing when empty. -#}
{% macro folded(text) -%}
  nullif(lower(trim({{ text }})), '')
{%- endmacro %}

{#- The page of a record in the CRM, from the playbook's template of its source. -#}
{% macro record_url(template, object_type_id, record_id) -%}
  replace(
    replace({{ template }}, '{object_type_id}', '{{ object_type_id }}'),
    '{record_id}', {{ record_id }}
  )
{%- endmacro %}

{#- The name of a record everywhere in the warehouse. -#}
{% macro record_key(source_id, object, record_id) -%}
  {{ source_id }} || '/' || {{ object }} || '/' || {{ record_id }}
{%- endmacro %}
