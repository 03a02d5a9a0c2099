-- Pipedrive keeps a link as an id on the record, so the newest version of a record has its links.
-- The person of a deal is the one that it is about; its participants are not read.

with

{% set links = {
    'contacts': [('org_id', 'companies')],
    'leads': [('person_id', 'contacts'), ('organization_id', 'companies')],
    'deals': [('person_id', 'contacts'), ('org_id', 'companies')],
    'activities': [
        ('person_id', 'contacts'), ('org_id', 'companies'), ('deal_id', 'deals'),
        ('lead_id', 'leads')
    ],
} -%}
{% for object in links -%}
{{ object }} as (
    select * from {{ landed('pipedrive__' ~ object) }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

{% endfor -%}
final as (
    {% for object, named in links.items() -%}
    {% set is_last_object = loop.last -%}
    {% for column, to_object in named -%}
    select
        source_id,
        '{{ object }}' as from_object,
        id as from_record_id,
        '{{ to_object }}' as to_object,
        {{ column }} as to_record_id,
        cast(null as varchar) as labels,
        {{ 'true' if object == 'deals' and to_object == 'contacts' else 'false' }} as is_primary
    from {{ object }}
    where {{ column }} is not null
    {{ 'union all' if not (is_last_object and loop.last) }}
    {% endfor -%}
    {% endfor %}
)

select * from final
