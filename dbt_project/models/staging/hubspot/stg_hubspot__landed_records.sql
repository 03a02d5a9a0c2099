{%- set record_objects = ['contacts', 'companies', 'deals', 'leads', 'calls', 'emails', 'meetings',
  'tasks', 'notes', 'owners', 'forms'] %}

with

latest_versions as (
    {%- for object in record_objects %}
    select
        source_id,
        '{{ object }}' as object,
        id as record_id,
        coalesce(archived, false) as is_archived,
        {{ crm_instant('"createdAt"') }} as created_at,
        run_id
    from {{ landed('hubspot__' ~ object) }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
    union all
    {%- endfor %}
    select
        source_id,
        'campaigns' as object,
        id as record_id,
        false as is_archived,
        {{ crm_instant('"createdAt"') }} as created_at,
        run_id
    from {{ landed('hubspot__campaigns') }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
    union all
    select
        source_id,
        'form_submissions' as object,
        "conversionId" as record_id,
        false as is_archived,
        cast(null as timestamp) as created_at,
        run_id
    from {{ landed('hubspot__form_submissions') }}
    qualify
        row_number() over (
            partition by source_id, "formGuid", "conversionId" order by run_id desc
        ) = 1
),

final as (
    select * from latest_versions
)

select * from final
