{#- One row per record, property and history entry of a raw table of CRM objects.
    `age_rank` counts from the oldest entry, so that it stays when newer ones are added. -#}
{% macro property_history(table_name) -%}
  {{ return(adapter.dispatch('property_history')(table_name)) }}
{%- endmacro %}

{% macro duckdb__property_history(table_name) -%}
  select
    source_id,
    record_id,
    run_id,
    part_file,
    landed_at,
    property,
    age_rank,
    entry."value" as value,
    entry."timestamp" as changed_at_text,
    entry."sourceType" as change_source,
    entry."sourceId" as change_source_id,
    cast(entry."updatedByUserId" as varchar) as changed_by_user_id
  from (
    select
      source_id,
      record_id,
      run_id,
      part_file,
      landed_at,
      property.key as property,
      unnest(property.value) as entry,
      len(property.value) - generate_subscripts(property.value, 1) as age_rank
    from (
      select
        source_id,
        id as record_id,
        run_id,
        part_file,
        landed_at,
        unnest(map_entries("propertiesWithHistory")) as property
      from {{ landed(table_name) }}
    )
  )
{%- endmacro %}

{% macro default__property_history(table_name) -%}
  select
    source_id,
    record_id,
    run_id,
    part_file,
    landed_at,
    property,
    size(entries) - position as age_rank,
    entry.value as value,
    entry.timestamp as changed_at_text,
    entry.sourceType as change_source,
    entry.sourceId as change_source_id,
    cast(entry.updatedByUserId as string) as changed_by_user_id
  from (
    select source_id, id as record_id, run_id, part_file, landed_at,
      explode(propertiesWithHistory) as (property, entries)
    from {{ landed(table_name) }}
  )
  lateral view posexplode(entries) positions as position, entry
{%- endmacro %}
