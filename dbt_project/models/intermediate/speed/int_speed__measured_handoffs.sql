-- Whether speed can be told at all: among the sources of the person, one must have owners with
-- their history, and one must have activities (the playbook may say that a source has none). A CRM
-- in which nobody logs anything has no missed SLAs, it has no measure.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

playbook_sources as (
    select * from {{ playbook('sources') }}
),

sources_with_owners as (
    select distinct source_id from {{ crm_union('owners') }}
),

sources_with_activities as (
    select distinct source_id from {{ crm_union('activities') }}
),

sources as (
    select
        person_sources.source_id,
        sources_with_owners.source_id is not null as has_owners,
        sources_with_owners.source_id is not null
        and coalesce(playbook_sources.has_owner_history, true) as has_owner_history,
        sources_with_activities.source_id is not null
        and coalesce(playbook_sources.has_activities, true) as has_activities
    from (select distinct source_id from record_persons) as person_sources
    left join playbook_sources
        on person_sources.source_id = playbook_sources.source_id
    left join sources_with_owners
        on person_sources.source_id = sources_with_owners.source_id
    left join sources_with_activities
        on person_sources.source_id = sources_with_activities.source_id
),

people as (
    select
        record_persons.person_key,
        bool_or(sources.has_owners) as has_owners,
        bool_or(sources.has_owner_history) as has_owner_history,
        bool_or(sources.has_activities) as has_activities
    from record_persons
    inner join sources
        on record_persons.source_id = sources.source_id
    group by record_persons.person_key
),

final as (
    select
        trips.handoff_key,
        coalesce(people.has_owners, false) as sources_have_owners,
        coalesce(people.has_activities, false) as sources_have_activities,
        coalesce(people.has_owner_history and people.has_activities, false) as is_measured
    from trips
    left join people
        on trips.person_key = people.person_key
)

select * from final
