with

latest_versions as (
    {% for object in ['contacts', 'companies', 'leads', 'deals', 'activities'] -%}
    select
        source_id,
        '{{ object }}' as object,
        id as record_id,
        coalesce(is_deleted, false) as is_archived,
        {{ crm_instant('add_time') }} as created_at,
        run_id
    from {{ landed('pipedrive__' ~ object) }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
    union all
    {% endfor -%}
    select
        source_id,
        'owners' as object,
        id as record_id,
        coalesce(is_deleted, false) as is_archived,
        cast(null as timestamp) as created_at,
        run_id
    from {{ landed('pipedrive__owners') }}
    qualify
        row_number() over (partition by source_id, id order by run_id desc, part_file desc) = 1
),

final as (
    select * from latest_versions
)

select * from final
