{#- How far a share over so few is to be trusted: `hidden` is shown as "3 of 4" without a rate,
    `marked` is not ranked, `no` needs no care. -#}
{% macro small_sample(denominator) -%}
  case
    when {{ denominator }} < {{ parameter('small_sample_hidden_below') }} then 'hidden'
    when {{ denominator }} < {{ parameter('small_sample_marked_below') }} then 'marked'
    else 'no'
  end
{%- endmacro %}

{#- A share, or a bound of its interval, unless the sample is too small to show one. -#}
{% macro unless_hidden(small_sample, share) -%}
  case when {{ small_sample }} <> 'hidden' then {{ share }} end
{%- endmacro %}
