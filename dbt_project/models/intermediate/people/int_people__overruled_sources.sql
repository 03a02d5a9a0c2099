-- The playbook's precedence: a source that stands before another overrules it while it has a
-- record of the person, from its creation until it was archived. On a stage, a source that is not
-- listed is overruled by none and overrules none; on the owner, of which there is one, it comes
-- after all that are listed.

with

precedence as (
    select * from {{ playbook('source_precedence') }}
),

records as (
    select
        record_persons.person_key,
        person_records.source_id,
        person_records.record_key,
        person_records.created_at,
        case
            when person_records.is_archived
                then coalesce(person_records.archived_at, person_records.landed_at)
        end as archived_at
    from {{ crm_union('person_records') }} as person_records
    inner join {{ ref('int_people__record_persons') }} as record_persons
        on person_records.record_key = record_persons.record_key
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
        records.person_key,
        overruled.subject,
        overruled.source_id,
        records.record_key as by_record_key,
        records.created_at as overruled_from,
        records.archived_at as overruled_until
    from records
    inner join positions as believed
        on records.source_id = believed.source_id
    inner join positions as overruled
        on believed.subject = overruled.subject and believed.position < overruled.position
    where records.created_at is not null
)

select * from final
