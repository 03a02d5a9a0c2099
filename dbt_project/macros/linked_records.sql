{#- Every record that links lead to from a record, directly or through others. `links` has
    record_key and linked_record_key. `union` drops pairs that are known already, so the walk ends
    when nothing new is reached, rings included. -#}
{% macro reached_records(links) -%}
  (
    with recursive both_ways as (
      select record_key, linked_record_key from {{ links }}
      union
      select linked_record_key as record_key, record_key as linked_record_key from {{ links }}
    ),

    reached as (
      select record_key, linked_record_key as reached_record_key from both_ways
      union
      select reached.record_key, both_ways.linked_record_key as reached_record_key
      from reached
      inner join both_ways
        on reached.reached_record_key = both_ways.record_key
    )

    select record_key, reached_record_key from reached
  )
{%- endmacro %}

{#- How strongly a link says that two records are one, 1 first: the order in METRICS' identity. -#}
{% macro link_strength(match_method) -%}
  case {{ match_method }}
    when 'crm_id' then 1
    when 'conversion' then 2
    when 'lead_contact' then 3
    when 'merge' then 4
    when 'email' then 5
  end
{%- endmacro %}
