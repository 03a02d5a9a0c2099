-- Fields that the playbook passes through to readers, as they are now; empty ones are left out. A
-- value of a list is the number of its option.

with

records as (
    {%- for object in ['contacts', 'leads', 'deals'] %}
    select
        '{{ object }}' as object,
        source_id,
        id,
        {{ pipedrive_values(pipedrive_columns(object)) }} as field_values
    from {{ landed('pipedrive__' ~ object) }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
    union all
    {%- endfor %}
    select
        'companies' as object,
        source_id,
        id,
        custom_fields as field_values
    from {{ landed('pipedrive__companies') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

passed as (
    select * from {{ playbook('passed_properties') }}
),

final as (
    select
        -- ids
        records.source_id,
        records.object,
        records.id as record_id,
        {{ record_key('records.source_id', 'records.object', 'records.id') }} as record_key,

        -- strings
        passed.property,
        passed.name,
        passed.label,
        records.field_values[passed.property] as value
    from records
    inner join passed
        on records.source_id = passed.source_id and records.object = passed.object
)

select * from final
where coalesce(trim(value), '') <> ''
