-- What counts as a touch of sales: an outgoing call (answered or not; one without a direction is
-- outgoing), an outgoing one-to-one mail, a meeting at its start unless cancelled, a task at its
-- completion. By a person of a sales team it is a human touch; sent by a sequence or by an
-- automatic user it is an automated one. Forwarded and incoming mail, incoming calls and notes are
-- neither.
-- An activity that is linked to two people is one activity of both; linked to two records of one
-- person, it is that person's once.

with

activities as (
    select * from {{ crm_union('activities') }}
),

links as (
    select * from {{ crm_union('associations') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

linked_people as (
    select distinct
        links.source_id,
        links.from_object as object,
        links.from_record_id as record_id,
        record_persons.person_key
    from links
    inner join record_persons
        on
            links.source_id = record_persons.source_id
            and links.to_object = record_persons.object
            and links.to_record_id = record_persons.record_id
),

with_owners as (
    select
        activities.*,
        coalesce(activities.occurred_at, activities.completed_at) as counts_at,
        owner_roles.owner_key,
        coalesce(owner_roles.is_sales, false) as is_sales_human,
        activities.is_automated or coalesce(owner_roles.is_automatic, false) as is_by_machine,
        coalesce(
            case activities.activity_type
                when 'call' then coalesce(activities.direction, 'outgoing') = 'outgoing'
                -- A mail that never left touched nobody.
                when 'email'
                    then
                        activities.direction = 'outgoing'
                        and coalesce(activities.status, '') not in ('failed', 'scheduled')
                when 'meeting' then coalesce(activities.status, '') <> 'cancelled'
                when 'task' then activities.completed_at is not null
            end,
            false
        ) as is_outgoing
    from activities
    left join owner_roles
        on
            activities.source_id = owner_roles.source_id
            and activities.owner_id = owner_roles.owner_id
),

final as (
    select
        with_owners.record_key as activity_key,
        linked_people.person_key,
        with_owners.source_id,
        with_owners.object,
        with_owners.record_id,
        with_owners.record_key,
        with_owners.activity_type,
        with_owners.counts_at as occurred_at,
        case
            when with_owners.activity_type = 'call'
                then coalesce(with_owners.direction, 'outgoing')
            else with_owners.direction
        end as direction,
        with_owners.status,
        with_owners.owner_key,
        with_owners.is_sales_human,
        with_owners.is_by_machine as is_automated,
        with_owners.is_outgoing
        and with_owners.is_sales_human
        and not with_owners.is_by_machine
        and coalesce(with_owners.counts_at <= {{ as_of() }}, false) as is_human_touch,
        with_owners.is_outgoing
        and with_owners.is_by_machine
        and coalesce(with_owners.counts_at <= {{ as_of() }}, false) as is_automated_touch,
        with_owners.is_archived,
        with_owners.subject,
        with_owners.created_at,
        with_owners.due_at
    from with_owners
    inner join linked_people
        on
            with_owners.source_id = linked_people.source_id
            and with_owners.object = linked_people.object
            and with_owners.record_id = linked_people.record_id
)

select * from final
