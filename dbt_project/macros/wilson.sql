{#- The bounds of Wilson's score interval at 95 % for a share of `successes` among `trials`;
    null without trials. Wilson, E. B. (1927), "Probable inference, the law of succession, and
    statistical inference", JASA 22: 209-212. At none and at all the bound is exact, since rounding
    would miss it by a hair. Numbers are written with an exponent: doubles, not decimals. -#}
{% macro wilson_low(successes, trials) -%}
  case
    when {{ trials }} > 0 and {{ successes }} = 0 then 0e0
    else {{ wilson_centre(successes, trials) }} - {{ wilson_reach(successes, trials) }}
  end
{%- endmacro %}

{% macro wilson_high(successes, trials) -%}
  case
    when {{ trials }} > 0 and {{ successes }} = {{ trials }} then 1e0
    else {{ wilson_centre(successes, trials) }} + {{ wilson_reach(successes, trials) }}
  end
{%- endmacro %}

{% macro wilson_centre(successes, trials) -%}
  {%- set z = 1.959963984540054 -%}
  ({{ successes }} + {{ z * z / 2 }}e0) / (nullif({{ trials }}, 0) + {{ z * z }}e0)
{%- endmacro %}

{% macro wilson_reach(successes, trials) -%}
  {%- set z = 1.959963984540054 -%}
  {{ z }}e0 / (nullif({{ trials }}, 0) + {{ z * z }}e0) * sqrt(
    cast({{ successes }} as double) * ({{ trials }} - {{ successes }}) / nullif({{ trials }}, 0)
    + {{ z * z / 4 }}e0
  )
{%- endmacro %}
