-- The past of a deal's fields is told by its changelog. Those of contacts and leads are known from
-- the day on which we first saw each value.

with

tracked as (
    select distinct source_id, object, property from {{ playbook('tracked_properties') }}
),

told_changes as (
    select * from {{ ref('stg_pipedrive__told_changes') }}
),

with_history as (
    select distinct source_id, record_id, property from told_changes
),

versions as (
    {%- for object in ['contacts', 'leads', 'deals'] %}
    select
        '{{ object }}' as object,
        source_id,
        id as record_id,
        {{ pipedrive_values(pipedrive_columns(object)) }} as field_values,
        run_id,
        part_file,
        update_time,
        landed_at
    from {{ landed('pipedrive__' ~ object) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

seen_values as (
    select
        versions.source_id,
        versions.object,
        versions.record_id,
        tracked.property,
        versions.field_values[tracked.property] as value,
        versions.landed_at,
        row_number() over (
            partition by versions.source_id, versions.object, versions.record_id, tracked.property
            order by versions.run_id, versions.part_file, versions.update_time
        ) as version_number
    from versions
    inner join tracked
        on versions.source_id = tracked.source_id and versions.object = tracked.object
    left join with_history
        on
            versions.object = 'deals'
            and versions.source_id = with_history.source_id
            and versions.record_id = with_history.record_id
            and tracked.property = with_history.property
    where with_history.record_id is null
),

seen_changes as (
    select *
    from seen_values
    qualify
        value is distinct from lag(value) over (
            partition by source_id, object, record_id, property order by version_number
        )
),

changes as (
    select
        told_changes.source_id,
        'deals' as object,
        told_changes.record_id,
        told_changes.property,
        told_changes.value,
        'history' as judged_from,
        told_changes.change_source,
        told_changes.changed_by_user_id,
        told_changes.age_rank,
        told_changes.changed_at,
        told_changes.first_landed_at
    from told_changes
    inner join tracked
        on
            tracked.object = 'deals'
            and told_changes.source_id = tracked.source_id
            and told_changes.property = tracked.property
    union all
    select
        source_id,
        object,
        record_id,
        property,
        value,
        'first_seen' as judged_from,
        cast(null as varchar) as change_source,
        cast(null as varchar) as changed_by_user_id,
        version_number as age_rank,
        landed_at as changed_at,
        landed_at as first_landed_at
    from seen_changes
),

final as (
    select
        -- ids
        source_id,
        object,
        record_id,
        {{ record_key('source_id', 'object', 'record_id') }} as record_key,
        cast(null as varchar) as change_source_id,
        changed_by_user_id,

        -- strings
        property,
        value,
        judged_from,
        change_source,

        -- numerics
        row_number() over (
            partition by source_id, object, record_id, property
            order by changed_at, age_rank, value
        ) as change_number,

        -- timestamps
        changed_at,
        first_landed_at
    from changes
    where changed_at <= {{ as_of() }}
)

select * from final
