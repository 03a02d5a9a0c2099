-- Where somebody has to act on a handoff: in the source whose owners the playbook believes most
-- among those that have a living record of the person, else in the source of the MQL. There on the
-- record that became MQL, or on the one that it was merged into; if that is gone, on the newest
-- living one. A lead that was converted is closed to changes: its contact goes before it.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

living_records as (
    select * from {{ crm_union('person_records') }}
    where not is_archived
),

owner_precedence as (
    select * from {{ playbook('source_precedence') }}
    where subject = 'owner'
),

conversions as (
    select distinct record_key
    from {{ ref('int_identity__named_records') }}
    where link_kind = 'conversion'
),

with_living_mql_record as (
    select
        trips.handoff_key,
        trips.person_key,
        trips.source_id,
        coalesce(survivors.survivor_record_key, trips.mql_record_key) as mql_record_key
    from trips
    left join survivors
        on trips.mql_record_key = survivors.record_key
),

final as (
    select
        with_living_mql_record.handoff_key,
        living_records.source_id,
        living_records.object,
        living_records.record_id,
        living_records.record_key,
        living_records.record_url
    from with_living_mql_record
    inner join record_persons
        on with_living_mql_record.person_key = record_persons.person_key
    inner join living_records
        on record_persons.record_key = living_records.record_key
    left join owner_precedence
        on living_records.source_id = owner_precedence.source_id
    left join conversions
        on living_records.record_key = conversions.record_key
    where record_persons.is_survivor
    qualify
        row_number() over (
            partition by with_living_mql_record.handoff_key
            order by
                owner_precedence.position nulls last,
                case
                    when living_records.source_id = with_living_mql_record.source_id then 0
                    else 1
                end,
                conversions.record_key is not null,
                case
                    when living_records.record_key = with_living_mql_record.mql_record_key then 0
                    else 1
                end,
                living_records.created_at desc,
                living_records.record_key
        ) = 1
)

select * from final
