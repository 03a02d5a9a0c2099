with

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

records as (
    select * from {{ crm_union('person_records') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

-- What the CRMs themselves hold of the record: ids of other records that have landed.
linked_records as (
    select
        both_ends.record_key,
        string_agg(distinct both_ends.linked_record_key, ' ' order by both_ends.linked_record_key)
            as linked_record_keys
    from (
        select record_key, linked_record_key from {{ ref('int_identity__named_records') }}
        union all
        select linked_record_key as record_key, record_key as linked_record_key
        from {{ ref('int_identity__named_records') }}
    ) as both_ends
    inner join records
        on both_ends.linked_record_key = records.record_key
    group by both_ends.record_key
),

final as (
    select
        record_persons.record_key,
        record_persons.source_id,
        record_persons.object,
        record_persons.record_id,
        record_persons.person_key,
        record_persons.match_method,
        survivors.survivor_record_key,
        linked_records.linked_record_keys,
        coalesce(records.is_archived, false) as is_archived,
        records.record_url
    from record_persons
    left join records
        on record_persons.record_key = records.record_key
    left join survivors
        on record_persons.record_key = survivors.record_key
    left join linked_records
        on record_persons.record_key = linked_records.record_key
)

select * from final
