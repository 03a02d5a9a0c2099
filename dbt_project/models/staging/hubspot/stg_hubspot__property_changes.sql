-- A property's past comes from HubSpot's own history where it was asked for and given. A property
-- without one is known from the day on which we first saw each value (`judged_from`).

with

tracked as (
    select distinct source_id, object, property from {{ playbook('tracked_properties') }}
),

history as (
    {%- for object in ['contacts', 'leads', 'deals'] %}
    select '{{ object }}' as object, entries.*
    from ({{ property_history('hubspot__' ~ object) }}) as entries
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

history_changes as (
    select
        source_id,
        object,
        record_id,
        property,
        value,
        {{ crm_instant('changed_at_text') }} as changed_at,
        age_rank,
        change_source,
        change_source_id,
        changed_by_user_id,
        min(landed_at) over (
            partition by source_id, object, record_id, property, changed_at_text, value
        ) as first_landed_at
    from history
    qualify row_number() over (
            partition by source_id, object, record_id, property, changed_at_text, value
            order by run_id desc, part_file desc, age_rank
        ) = 1
),

versions as (
    {%- for object in ['contacts', 'leads', 'deals'] %}
    select
        '{{ object }}' as object,
        source_id,
        id,
        properties,
        run_id,
        part_file,
        "updatedAt",
        landed_at
    from {{ landed('hubspot__' ~ object) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

seen_values as (
    select
        versions.source_id,
        versions.object,
        versions.id as record_id,
        tracked.property,
        versions.properties[tracked.property] as value,
        versions.landed_at,
        row_number() over (
            partition by versions.source_id, versions.object, versions.id, tracked.property
            order by versions.run_id, versions.part_file, versions."updatedAt"
        ) as version_number
    from versions
    inner join tracked
        on versions.source_id = tracked.source_id and versions.object = tracked.object
    left join (
        select distinct source_id, object, record_id, property from history_changes
    ) as with_history
        on
            versions.source_id = with_history.source_id
            and versions.object = with_history.object
            and versions.id = with_history.record_id
            and tracked.property = with_history.property
    where with_history.record_id is null
),

seen_changes as (
    select
        source_id,
        object,
        record_id,
        property,
        value,
        landed_at as changed_at,
        version_number as age_rank,
        landed_at as first_landed_at
    from seen_values
    qualify
        value is distinct from lag(value) over (
            partition by source_id, object, record_id, property order by version_number
        )
),

changes as (
    select *, 'history' as judged_from
    from history_changes
    union all by name
    select
        *,
        'first_seen' as judged_from,
        cast(null as varchar) as change_source,
        cast(null as varchar) as change_source_id,
        cast(null as varchar) as changed_by_user_id
    from seen_changes
),

final as (
    select
        -- ids
        source_id,
        object,
        record_id,
        {{ record_key('source_id', 'object', 'record_id') }} as record_key,
        change_source_id,
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
