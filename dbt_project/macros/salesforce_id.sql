{#- Salesforce's id in its form of 18 characters; null when the text is no id.
    The short form of 15 characters tells upper from lower case. The three that the long form adds
    say which letters of each five are capitals, so that programs blind to case keep ids apart. -#}
{% macro salesforce_id(text) -%}
  case length(trim({{ text }}))
    when 18 then trim({{ text }})
    when 15 then trim({{ text }})
    {%- for five in range(3) %}
    || substr(
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
      1
      {%- for place in range(5) %}
      + case
        when substr(trim({{ text }}), {{ five * 5 + place + 1 }}, 1) between 'A' and 'Z'
          then {{ 2 ** place }} else 0
      end
      {%- endfor %},
      1
    )
    {%- endfor %}
  end
{%- endmacro %}
