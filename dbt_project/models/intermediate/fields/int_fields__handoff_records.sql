-- The records that can tell something about a handoff: all contact and lead records of its person,
-- and all records of its deals. `first_seen_at` is the first reading that held the record.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

person_records as (
    select * from {{ crm_union('person_records') }}
),

deals as (
    select * from {{ ref('int_handoffs__deals') }}
),

deal_records as (
    select * from {{ ref('int_identity__leading_records') }}
    where object = 'deals'
),

first_seen_deals as (
    select record_key, min(changed_at) as first_seen_at
    from {{ crm_union('property_changes') }}
    where object = 'deals' and judged_from = 'first_seen'
    group by record_key
),

records as (
    select
        trips.handoff_key,
        record_persons.record_key,
        record_persons.source_id,
        record_persons.object,
        record_persons.is_survivor,
        record_persons.record_key = trips.mql_record_key as is_mql_record,
        person_records.first_landed_at as first_seen_at
    from trips
    inner join record_persons
        on trips.person_key = record_persons.person_key
    left join person_records
        on record_persons.record_key = person_records.record_key
    union all
    select
        deals.handoff_key,
        deal_records.record_key,
        deal_records.source_id,
        'deals' as object,
        not deal_records.is_merged as is_survivor,
        false as is_mql_record,
        first_seen_deals.first_seen_at
    from deals
    inner join deal_records
        on deals.deal_key = deal_records.leading_record_key
    left join first_seen_deals
        on deal_records.record_key = first_seen_deals.record_key
),

final as (
    select
        handoff_key || '/' || record_key as handoff_record_key,
        handoff_key,
        record_key,
        source_id,
        object,
        is_survivor,
        is_mql_record,
        first_seen_at
    from records
)

select * from final
