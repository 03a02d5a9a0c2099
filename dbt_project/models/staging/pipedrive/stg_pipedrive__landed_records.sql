-- A changelog is counted with its deal.

with

deals as (
    select * from {{ landed('pipedrive__deals') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

changelogs as (
    select * from {{ landed('pipedrive__deal_history') }}
    qualify
        row_number() over (partition by source_id, id order by run_id desc, part_file desc) = 1
),

latest_versions as (
    {% for object in ['contacts', 'companies', 'leads', 'deals', 'activities', 'stages'] -%}
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
    union all
    select
        changelogs.source_id,
        'deal_history' as object,
        changelogs.id as record_id,
        coalesce(deals.is_deleted, false) as is_archived,
        {{ crm_instant('deals.add_time') }} as created_at,
        changelogs.run_id
    from changelogs
    left join deals
        on changelogs.source_id = deals.source_id and changelogs.id = deals.id
),

final as (
    select * from latest_versions
)

select * from final
