-- A deal's person is its primary contact (a link labelled so), else the associated person with the
-- latest MQL at or before the deal's creation, else the first associated one. The others are
-- `influenced`. The people of a deal that stands in two CRMs are those of both, the record that
-- leads first.

with

deals as (
    select * from {{ ref('int_deals__deals') }}
),

deal_records as (
    select * from {{ ref('int_identity__leading_records') }}
    where object = 'deals'
),

overruled_sources as (
    select * from {{ ref('int_people__overruled_sources') }}
    where subject = 'mql'
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
    left join overruled_sources
        on
            record_persons.person_key = overruled_sources.person_key
            and record_persons.source_id = overruled_sources.source_id
    where changes.stage = 'mql'
    group by record_persons.person_key, record_persons.source_id, changes.occurred_at
    having not bool_or({{ is_overruled_at('changes.occurred_at', 'overruled_sources') }})
),

associated_people as (
    select
        deals.deal_key,
        deals.created_at as deal_created_at,
        record_persons.person_key,
        min(case when links.is_primary then deal_records.standing end) as primary_standing,
        min(deal_records.standing) as first_standing,
        min_by(
            links.to_record_id,
            (deal_records.standing, length(links.to_record_id), links.to_record_id)
        ) as first_record_id
    from links
    inner join deal_records
        on
            links.source_id = deal_records.source_id
            and links.from_record_id = deal_records.record_id
    inner join deals
        on deal_records.leading_record_key = deals.deal_key
    inner join record_persons
        on
            links.source_id = record_persons.source_id
            and links.to_object = record_persons.object
            and links.to_record_id = record_persons.record_id
    where links.from_object = 'deals'
    group by deals.deal_key, deals.created_at, record_persons.person_key
),

with_latest_mql as (
    select
        associated_people.deal_key,
        associated_people.person_key,
        associated_people.primary_standing,
        associated_people.first_standing,
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
        associated_people.primary_standing,
        associated_people.first_standing,
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
                        primary_standing nulls last,
                        latest_mql_at desc nulls last,
                        first_standing,
                        length(first_record_id),
                        first_record_id
                ) = 1
                then 'primary'
            else 'influenced'
        end as person_role
    from with_latest_mql
)

select * from final
