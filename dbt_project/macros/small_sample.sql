{#- How far a share over so few is to be trusted: `hidden` is shown as "3 of 4" without a rate,
    `marked` is not ranked, `no` needs no care. -#}
{% macro small_sample(denominator) -%}
  case
    when {{ denominator }} < {{ parameter('small_sample_hidden_below') }} then 'hidden'
    when {{ denominator }} < {{ parameter('small_sample_marked_below') }} then 'marked'
    else 'no'
  end
{%- endmacro %}

{#- A share with small-sample care, from columns of a relation that has `small_sample`. -#}
{% macro shown_share(numerator, denominator) -%}
  case
    when small_sample <> 'hidden' and {{ denominator }} > 0
      then cast({{ numerator }} as double) / {{ denominator }}
  end
{%- endmacro %}
