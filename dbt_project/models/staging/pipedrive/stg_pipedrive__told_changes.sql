-- What the changelogs of deals tell. They tell every change, so what was old in the first entry of
-- a field held since the deal was added, and a field without an entry has never changed. They name
-- fields as version 1 does. A lost or won deal stays in its stage: both are told as one value here
-- (stg_pipedrive__deals), which at an instant is that of the last entry of either.

with

deals as (
    select
        *,
        {{ pipedrive_values(pipedrive_columns('deals')) }} as field_values,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from {{ landed('pipedrive__deals') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

-- A deal whose changelog has not landed tells nothing of its past.
with_changelog as (
    select distinct source_id, id as record_id from {{ landed('pipedrive__deal_history') }}
),

tracked as (
    select distinct source_id, property from {{ playbook('tracked_properties') }}
    where object = 'deals'
    union
    select distinct source_id, 'status' as property from {{ playbook('tracked_properties') }}
    where object = 'deals' and property = 'stage_id'
),

read_entries as (
    select
        source_id,
        record_id,
        case entry."field_key" when 'user_id' then 'owner_id' else entry."field_key" end
            as property,
        entry."old_value" as old_value,
        entry."new_value" as value,
        {{ crm_instant('entry."time"') }} as changed_at,
        entry."change_source" as change_source,
        entry."actor_user_id" as changed_by_user_id,
        age_rank,
        run_id,
        part_file,
        landed_at
    from ({{ pipedrive_changes('pipedrive__deal_history') }})
),

entries as (
    select
        read_entries.*,
        min(landed_at) over (
            partition by
                read_entries.source_id, record_id, read_entries.property, changed_at,
                old_value, value
        ) as first_landed_at
    from read_entries
    inner join tracked
        on
            read_entries.source_id = tracked.source_id
            and read_entries.property = tracked.property
    qualify
        row_number() over (
            partition by
                read_entries.source_id, record_id, read_entries.property, changed_at,
                old_value, value
            order by run_id desc, part_file desc
        ) = 1
),

first_entries as (
    select * from entries
    qualify
        row_number() over (
            partition by source_id, record_id, property order by changed_at, age_rank
        ) = 1
),

first_values as (
    select
        deals.source_id,
        deals.id as record_id,
        tracked.property,
        case
            when first_entries.record_id is null then deals.field_values[tracked.property]
            else first_entries.old_value
        end as value,
        {{ crm_instant('deals.add_time') }} as changed_at,
        deals.creator_user_id as changed_by_user_id,
        deals.first_landed_at
    from deals
    inner join with_changelog
        on
            deals.source_id = with_changelog.source_id
            and deals.id = with_changelog.record_id
    inner join tracked
        on deals.source_id = tracked.source_id
    left join first_entries
        on
            deals.source_id = first_entries.source_id
            and deals.id = first_entries.record_id
            and tracked.property = first_entries.property
),

changes as (
    select
        source_id,
        record_id,
        property,
        value,
        changed_at,
        cast(null as varchar) as change_source,
        changed_by_user_id,
        0 as age_rank,
        first_landed_at
    from first_values
    where value is not null
    union all
    select
        source_id,
        record_id,
        property,
        value,
        changed_at,
        change_source,
        changed_by_user_id,
        age_rank,
        first_landed_at
    from entries
),

-- The last entry of an instant is what held from it on.
states as (
    select
        *,
        lead(changed_at) over (
            partition by source_id, record_id, property order by changed_at
        ) as changed_again_at
    from (
        select * from changes
        where property in ('stage_id', 'status')
        qualify
            row_number() over (
                partition by source_id, record_id, property, changed_at order by age_rank desc
            ) = 1
    ) as last_of_instant
),

instants as (
    select
        source_id,
        record_id,
        changed_at,
        max(first_landed_at) as first_landed_at
    from states
    group by source_id, record_id, changed_at
),

stages as (
    select
        instants.source_id,
        instants.record_id,
        'stage_id' as property,
        case
            when statuses.value in ('won', 'lost') then statuses.value
            else stage_ids.value
        end as value,
        instants.changed_at,
        case
            when statuses.changed_at = instants.changed_at
                then coalesce(statuses.change_source, stage_ids.change_source)
            else stage_ids.change_source
        end as change_source,
        case
            when statuses.changed_at = instants.changed_at
                then coalesce(statuses.changed_by_user_id, stage_ids.changed_by_user_id)
            else stage_ids.changed_by_user_id
        end as changed_by_user_id,
        instants.first_landed_at
    from instants
    left join states as stage_ids
        on
            instants.source_id = stage_ids.source_id
            and instants.record_id = stage_ids.record_id
            and stage_ids.property = 'stage_id'
            and instants.changed_at >= stage_ids.changed_at
            and instants.changed_at < coalesce(stage_ids.changed_again_at, timestamp '9999-12-31')
    left join states as statuses
        on
            instants.source_id = statuses.source_id
            and instants.record_id = statuses.record_id
            and statuses.property = 'status'
            and instants.changed_at >= statuses.changed_at
            and instants.changed_at < coalesce(statuses.changed_again_at, timestamp '9999-12-31')
),

-- A closed deal that is moved from stage to stage stays closed.
moved_stages as (
    select
        source_id,
        record_id,
        property,
        value,
        changed_at,
        change_source,
        changed_by_user_id,
        0 as age_rank,
        first_landed_at
    from stages
    where value is not null
    qualify
        value is distinct from lag(value) over (
            partition by source_id, record_id order by changed_at
        )
),

final as (
    select * from moved_stages
    union all by name
    select * from changes
    where property <> 'stage_id'
)

select * from final
