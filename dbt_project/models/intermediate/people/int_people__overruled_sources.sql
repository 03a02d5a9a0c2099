-- The playbook's precedence: a source that stands before another overrules it from the instant at
-- which it has a record of the person. On a stage, a source that is not listed is overruled by
-- none and overrules none; on the owner, of which there is one, it comes after all that are listed.

with

precedence as (
    select * from {{ playbook('source_precedence') }}
),

first_records as (
    select
        record_persons.person_key,
        records.source_id,
        min(records.created_at) as first_record_at
    from {{ crm_union('person_records') }} as records
    inner join {{ ref('int_people__record_persons') }} as record_persons
        on records.record_key = record_persons.record_key
    group by record_persons.person_key, records.source_id
),

positions as (
    select subject, source_id, position from precedence
    union all
    select
        subjects.subject,
        sources.source_id,
        2147483647 as position
    from (select distinct subject from precedence where subject = 'owner') as subjects
    cross join {{ playbook('sources') }} as sources
    left join precedence
        on subjects.subject = precedence.subject and sources.source_id = precedence.source_id
    where precedence.source_id is null
),

final as (
    select
        first_records.person_key,
        overruled.subject,
        overruled.source_id,
        min(first_records.first_record_at) as overruled_from
    from first_records
    inner join positions as believed
        on first_records.source_id = believed.source_id
    inner join positions as overruled
        on believed.subject = overruled.subject and believed.position < overruled.position
    where first_records.first_record_at is not null
    group by first_records.person_key, overruled.subject, overruled.source_id
)

select * from final
