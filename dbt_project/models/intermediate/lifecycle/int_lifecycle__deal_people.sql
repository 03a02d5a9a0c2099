-- A deal's person is its primary contact (a link labelled so), else the associated person with the
-- latest MQL at or before the deal's creation, else the first associated one. The others are
-- `influenced`.

with

deals as (
    select * from {{ crm_union('deals') }}
),

links as (
    select * from {{ crm_union('associations') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

mql_events as (
    select
        record_persons.person_key,
        changes.occurred_at
    from {{ ref('int_lifecycle__stage_changes') }} as changes
    inner join record_persons
        on changes.record_key = record_persons.record_key
    where changes.stage = 'mql'
),

associated_people as (
    select
        deals.record_key as deal_key,
        deals.created_at as deal_created_at,
        record_persons.person_key,
        bool_or(links.is_primary) as is_primary_contact,
        min(links.to_record_id) as first_record_id
    from links
    inner join deals
        on links.source_id = deals.source_id and links.from_record_id = deals.record_id
    inner join record_persons
        on
            links.source_id = record_persons.source_id
            and links.to_object = record_persons.object
            and links.to_record_id = record_persons.record_id
    where links.from_object = 'deals'
    group by deals.record_key, deals.created_at, record_persons.person_key
),

with_latest_mql as (
    select
        associated_people.deal_key,
        associated_people.person_key,
        associated_people.is_primary_contact,
        associated_people.first_record_id,
        max(mql_events.occurred_at) as latest_mql_at
    from associated_people
    left join mql_events
        on
            associated_people.person_key = mql_events.person_key
            and associated_people.deal_created_at >= mql_events.occurred_at
    group by
        associated_people.deal_key,
        associated_people.person_key,
        associated_people.is_primary_contact,
        associated_people.first_record_id
),

final as (
    select
        deal_key,
        person_key,
        case
            when
                row_number() over (
                    partition by deal_key
                    order by
                        is_primary_contact desc,
                        latest_mql_at desc nulls last,
                        length(first_record_id),
                        first_record_id
                ) = 1
                then 'primary'
            else 'influenced'
        end as person_role
    from with_latest_mql
)

select * from final
