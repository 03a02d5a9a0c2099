-- Who of sales owned a person, and when. The history is that of the person's records; a record that
-- was merged goes on in its survivor, as one history. Marketers, queues and automatic users are no
-- owners: while one of them holds the record, nobody of sales does. When two records of one person
-- are owned by two people of sales, the one who took over last counts. Where the playbook believes
-- one source's owners more, those of the others do not count while that source has a record.

with

changes as (
    select * from {{ crm_union('property_changes') }}
),

owner_properties as (
    select distinct source_id, object, property
    from {{ playbook('tracked_properties') }}
    where purpose = 'owner'
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

overruled_sources as (
    select * from {{ ref('int_people__overruled_sources') }}
    where subject = 'owner'
),

owner_changes as (
    select
        record_persons.person_key,
        coalesce(survivors.survivor_record_key, changes.record_key) as living_record_key,
        changes.source_id,
        nullif(trim(changes.value), '') as owner_id,
        changes.changed_at,
        lead(changes.changed_at) over (
            partition by
                record_persons.person_key,
                coalesce(survivors.survivor_record_key, changes.record_key)
            order by changes.changed_at, changes.record_key, changes.change_number
        ) as next_changed_at
    from changes
    inner join owner_properties
        on
            changes.source_id = owner_properties.source_id
            and changes.object = owner_properties.object
            and changes.property = owner_properties.property
    inner join record_persons
        on changes.record_key = record_persons.record_key
    left join survivors
        on changes.record_key = survivors.record_key
),

record_spells as (
    select
        owner_changes.person_key,
        owner_changes.source_id,
        owner_changes.living_record_key,
        owner_roles.owner_key,
        owner_changes.changed_at as started_at,
        owner_changes.next_changed_at as ended_at
    from owner_changes
    inner join owner_roles
        on
            owner_changes.source_id = owner_roles.source_id
            and owner_changes.owner_id = owner_roles.owner_id
    where
        owner_roles.is_sales
        and (
            owner_changes.next_changed_at is null
            or owner_changes.next_changed_at > owner_changes.changed_at
        )
),

turning_points as (
    select person_key, started_at as turned_at from record_spells
    union
    select person_key, ended_at as turned_at from record_spells
    where ended_at is not null
    union
    select overruled_sources.person_key, overruled_sources.overruled_from as turned_at
    from overruled_sources
    inner join record_spells
        on overruled_sources.person_key = record_spells.person_key
    union
    select overruled_sources.person_key, overruled_sources.overruled_until as turned_at
    from overruled_sources
    inner join record_spells
        on overruled_sources.person_key = record_spells.person_key
    where overruled_sources.overruled_until is not null
),

stretches as (
    select
        person_key,
        turned_at,
        lead(turned_at) over (partition by person_key order by turned_at) as next_turned_at
    from turning_points
),

overruled_stretches as (
    select distinct
        stretches.person_key,
        stretches.turned_at,
        overruled_sources.source_id
    from stretches
    inner join overruled_sources
        on stretches.person_key = overruled_sources.person_key
    where {{ is_overruled_at('stretches.turned_at', 'overruled_sources') }}
),

owned_stretches as (
    select
        stretches.person_key,
        stretches.turned_at as started_at,
        stretches.next_turned_at as ended_at,
        record_spells.owner_key
    from stretches
    inner join record_spells
        on
            stretches.person_key = record_spells.person_key
            and stretches.turned_at >= record_spells.started_at
            and (record_spells.ended_at is null or stretches.turned_at < record_spells.ended_at)
    left join overruled_stretches
        on
            stretches.person_key = overruled_stretches.person_key
            and stretches.turned_at = overruled_stretches.turned_at
            and record_spells.source_id = overruled_stretches.source_id
    where overruled_stretches.person_key is null
    qualify
        row_number() over (
            partition by stretches.person_key, stretches.turned_at
            order by record_spells.started_at desc, record_spells.living_record_key
        ) = 1
),

with_beginnings as (
    select
        *,
        case
            when
                owner_key = lag(owner_key) over stretches_of_person
                and started_at = lag(ended_at) over stretches_of_person
                then 0
            else 1
        end as is_beginning
    from owned_stretches
    window stretches_of_person as (partition by person_key order by started_at)
),

numbered as (
    select
        *,
        sum(is_beginning) over (partition by person_key order by started_at) as spell_number
    from with_beginnings
),

final as (
    select
        person_key,
        cast(spell_number as bigint) as spell_number,
        owner_key,
        min(started_at) as started_at,
        case when bool_or(ended_at is null) then null else max(ended_at) end as ended_at
    from numbered
    group by person_key, spell_number, owner_key
)

select * from final
