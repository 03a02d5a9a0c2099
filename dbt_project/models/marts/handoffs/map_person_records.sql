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

final as (
    select
        record_persons.record_key,
        record_persons.source_id,
        record_persons.object,
        record_persons.record_id,
        record_persons.person_key,
        record_persons.match_method,
        survivors.survivor_record_key,
        coalesce(records.is_archived, false) as is_archived,
        records.record_url
    from record_persons
    left join records
        on record_persons.record_key = records.record_key
    left join survivors
        on record_persons.record_key = survivors.record_key
)

select * from final
