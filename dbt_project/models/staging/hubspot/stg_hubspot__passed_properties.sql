-- Properties that the playbook passes through to readers, as they are now; empty ones are left out.

with

records as (
    {%- for object in ['contacts', 'leads', 'companies', 'deals'] %}
    select
        '{{ object }}' as object,
        source_id,
        id,
        properties
    from {{ landed('hubspot__' ~ object) }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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
        records.properties[passed.property] as value
    from records
    inner join passed
        on records.source_id = passed.source_id and records.object = passed.object
)

select * from final
where coalesce(trim(value), '') <> ''
