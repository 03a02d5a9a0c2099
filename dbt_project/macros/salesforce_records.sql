{#- Orders the versions of one Salesforce record from the newest reading to the oldest. -#}
{% macro salesforce_newest_first() -%}
  run_id desc, part_file desc, fields['SystemModstamp'] desc
{%- endmacro %}

{#- A checkbox of Salesforce, which lands as text. -#}
{% macro is_checked(text) -%}
  coalesce(lower(trim({{ text }})) = 'true', false)
{%- endmacro %}

{#- A record in the recycle bin. One that was merged into another lies there too, but lives on. -#}
{% macro is_deleted_not_merged(fields) -%}
  {{ is_checked(fields ~ "['IsDeleted']") }}
  and {{ folded(fields ~ "['MasterRecordId']") }} is null
{%- endmacro %}

{#- The object of an activity's WhoId or WhatId, which the first three signs of an id tell. -#}
{% macro object_of_id(text) -%}
  case substr({{ text }}, 1, 3)
    when '00Q' then 'leads'
    when '003' then 'contacts'
    when '006' then 'deals'
    when '001' then 'companies'
  end
{%- endmacro %}
