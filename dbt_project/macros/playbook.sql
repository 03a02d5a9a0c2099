{#- The playbook's table as of the version in force. -#}
{% macro playbook(table_name) -%}
  (
    select entries.*
    from {{ source('playbook', table_name) }} as entries
    inner join {{ source('playbook', 'versions') }} as versions
      on entries.version_key = versions.version_key
    where versions.is_current
  )
{%- endmacro %}

{#- One value of the playbook's parameters, as a scalar. -#}
{% macro parameter(parameter_name) -%}
  (select params.{{ parameter_name }} from {{ playbook('parameters') }} as params)
{%- endmacro %}

{#- The instant that the build stands at, in UTC. -#}
{% macro as_of() -%}
  (select run_context.as_of from {{ source('raw', 'run_context') }} as run_context)
{%- endmacro %}
