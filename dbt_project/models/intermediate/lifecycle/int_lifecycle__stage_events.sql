-- A stage event belongs to the person of its contact, or to the primary person of its deal.
-- An acceptance is a human act: the event knows whether a person of a sales team made the change.
-- Where the playbook believes another source more, and that source had a record of the person then,
-- the event is overruled: it is kept, and does nothing.

with

changes as (
    select * from {{ ref('int_lifecycle__stage_changes') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

deal_people as (
    select * from {{ ref('int_lifecycle__deal_people') }}
    where person_role = 'primary'
),

owners as (
    select * from {{ ref('int_owners__owner_roles') }}
    where user_id is not null
    qualify
        row_number() over (
            partition by source_id, user_id order by is_active desc, owner_key
        ) = 1
),

overruled_sources as (
    select * from {{ ref('int_people__overruled_sources') }}
),

human_change_sources as (
    select * from {{ playbook('human_change_sources') }}
),

with_people as (
    select
        changes.*,
        coalesce(record_persons.person_key, deal_people.person_key) as person_key
    from changes
    left join record_persons
        on changes.record_key = record_persons.record_key
    left join deal_people
        on changes.deal_key = deal_people.deal_key
),

overruled_events as (
    select distinct changes.event_key
    from with_people as changes
    inner join overruled_sources
        on
            changes.person_key = overruled_sources.person_key
            and changes.stage = overruled_sources.subject
            and changes.source_id = overruled_sources.source_id
    where {{ is_overruled_at('changes.occurred_at', 'overruled_sources') }}
),

final as (
    select
        changes.event_key,
        changes.person_key,
        changes.source_id,
        changes.object,
        changes.record_id,
        changes.record_key,
        changes.deal_key,
        changes.property,
        changes.raw_value,
        changes.stage,
        changes.occurred_at,
        changes.change_number,
        changes.judged_from,
        changes.change_source,
        changes.change_source_id,
        changes.changed_by_user_id,
        owners.owner_key as changed_by_owner_key,
        coalesce(owners.is_sales and human_change_sources.change_source is not null, false)
            as is_sales_human,
        overruled_events.event_key is not null as is_overruled,
        changes.first_landed_at
    from with_people as changes
    left join overruled_events
        on changes.event_key = overruled_events.event_key
    left join owners
        on changes.source_id = owners.source_id and changes.changed_by_user_id = owners.user_id
    left join human_change_sources
        on
            changes.source_id = human_change_sources.source_id
            and changes.change_source = human_change_sources.change_source
)

select * from final
