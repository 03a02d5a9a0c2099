{#- How an assignment stands against its due instant. A touch at `due_at` is in time; what ends the
    wait (passed on, closed) counts as in time only before it. A due instant that the calendar
    never reaches is never late. -#}
{% macro sla_status(due_at, touched_at, passed_on_at, closed_at) -%}
  case
    when {{ touched_at }} > {{ due_at }} then 'late'
    when {{ touched_at }} is not null then 'met'
    when {{ passed_on_at }} >= {{ due_at }} then 'missed'
    when {{ passed_on_at }} is not null then 'reassigned'
    when {{ closed_at }} >= {{ due_at }} then 'missed'
    when {{ closed_at }} is not null then 'closed_untouched'
    when {{ as_of() }} > {{ due_at }} then 'missed'
    else 'pending'
  end
{%- endmacro %}
