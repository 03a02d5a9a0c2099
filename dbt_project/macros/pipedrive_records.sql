{#- Orders the versions of one Pipedrive record from the newest reading to the oldest. -#}
{% macro pipedrive_newest_first() -%}
  run_id desc, part_file desc, update_time desc
{%- endmacro %}

{#- The fields of a Pipedrive record as a map of text: those of its own columns, and custom ones. -#}
{% macro pipedrive_values(columns) -%}
  {{ return(adapter.dispatch('pipedrive_values')(columns)) }}
{%- endmacro %}

{% macro default__pipedrive_values(columns) -%}
  map_concat(
    map({% for name in columns %}'{{ name }}', {{ name }}{{ ', ' if not loop.last }}{% endfor %}),
    custom_fields
  )
{%- endmacro %}

{% macro duckdb__pipedrive_values(columns) -%}
  map_concat(
    map(
      [{% for name in columns %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}],
      [{% for name in columns %}{{ name }}{{ ', ' if not loop.last }}{% endfor %}]
    ),
    coalesce(custom_fields, map(cast([] as varchar[]), cast([] as varchar[])))
  )
{%- endmacro %}

{#- One row per deal and entry of its changelog. `age_rank` counts from the oldest entry: Pipedrive
    does not say in which order it gives them, and several may share a second. -#}
{% macro pipedrive_changes(table_name) -%}
  {{ return(adapter.dispatch('pipedrive_changes')(table_name)) }}
{%- endmacro %}

{% macro duckdb__pipedrive_changes(table_name) -%}
  select
    source_id,
    id as record_id,
    run_id,
    part_file,
    landed_at,
    unnest(changes) as entry,
    case
      when changes[1]."time" > changes[len(changes)]."time"
        then len(changes) - generate_subscripts(changes, 1)
      else generate_subscripts(changes, 1)
    end as age_rank
  from {{ landed(table_name) }}
{%- endmacro %}

{% macro default__pipedrive_changes(table_name) -%}
  select
    source_id,
    id as record_id,
    run_id,
    part_file,
    landed_at,
    entry,
    case
      when changes[0].time > changes[size(changes) - 1].time then size(changes) - position
      else position + 1
    end as age_rank
  from {{ landed(table_name) }}
  lateral view posexplode(changes) entries as position, entry
{%- endmacro %}
{#- The fields of Pipedrive's own that a playbook may name, by object; custom ones need no list. -#}
{% macro pipedrive_columns(object) -%}
  {{ return({
    'contacts': ['owner_id', 'org_id', 'job_title'],
    'leads': ['owner_id', 'person_id', 'organization_id', 'source_name', 'origin', 'channel',
      'channel_id'],
    'deals': ['owner_id', 'person_id', 'org_id', 'pipeline_id', 'stage_id', 'status', 'value',
      'currency', 'lost_reason', 'expected_close_date', 'origin', 'channel', 'channel_id',
      'source_lead_id']
  }[object]) }}
{%- endmacro %}
