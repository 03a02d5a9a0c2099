{#- Lists, which every engine spells in its own way. -#}

{#- One row per element. -#}
{% macro exploded(list) -%}{{ return(adapter.dispatch('exploded')(list)) }}{%- endmacro %}
{% macro default__exploded(list) -%}explode({{ list }}){%- endmacro %}
{% macro duckdb__exploded(list) -%}unnest({{ list }}){%- endmacro %}

{#- A text cut at a separator, which is a quoted literal without special signs. -#}
{% macro split_text(text, separator) -%}
  {{ return(adapter.dispatch('split_text')(text, separator)) }}
{%- endmacro %}
{% macro default__split_text(text, separator) -%}
  split({{ text }}, {{ separator }})
{%- endmacro %}
{% macro duckdb__split_text(text, separator) -%}
  string_split({{ text }}, {{ separator }})
{%- endmacro %}

{% macro empty_text_list() -%}{{ return(adapter.dispatch('empty_text_list')()) }}{%- endmacro %}
{% macro default__empty_text_list() -%}cast(array() as array<string>){%- endmacro %}
{% macro duckdb__empty_text_list() -%}cast([] as varchar[]){%- endmacro %}

{% macro list_with(list, element) -%}
  {{ return(adapter.dispatch('list_with')(list, element)) }}
{%- endmacro %}
{% macro default__list_with(list, element) -%}
  array_union({{ list }}, array({{ element }}))
{%- endmacro %}
{% macro duckdb__list_with(list, element) -%}
  case
    when list_contains({{ list }}, {{ element }}) then {{ list }}
    else list_append({{ list }}, {{ element }})
  end
{%- endmacro %}

{% macro list_without(list, element) -%}
  {{ return(adapter.dispatch('list_without')(list, element)) }}
{%- endmacro %}
{% macro default__list_without(list, element) -%}
  array_remove({{ list }}, {{ element }})
{%- endmacro %}
{% macro duckdb__list_without(list, element) -%}
  list_filter({{ list }}, lambda kept: kept <> {{ element }})
{%- endmacro %}

{% macro list_has(list, element) -%}array_contains({{ list }}, {{ element }}){%- endmacro %}

{% macro list_size(list) -%}{{ return(adapter.dispatch('list_size')(list)) }}{%- endmacro %}
{% macro default__list_size(list) -%}size({{ list }}){%- endmacro %}
{% macro duckdb__list_size(list) -%}len({{ list }}){%- endmacro %}

{#- The place of an element in a list, from 1. -#}
{% macro list_place(list, element) -%}
  {{ return(adapter.dispatch('list_place')(list, element)) }}
{%- endmacro %}
{% macro default__list_place(list, element) -%}
  array_position({{ list }}, {{ element }})
{%- endmacro %}
{% macro duckdb__list_place(list, element) -%}
  list_position({{ list }}, {{ element }})
{%- endmacro %}
