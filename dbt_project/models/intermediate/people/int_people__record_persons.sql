-- A person is the set of records that identity links hold together, directly or through others.
-- The person is named after the set's first record, so the name stays when records are added.

with recursive

records as (
    select * from {{ crm_union('person_records') }}
),

links as (
    select record_key, linked_record_key from {{ ref('int_people__identity_links') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

both_ways as (
    select record_key, linked_record_key from links
    union
    select linked_record_key as record_key, record_key as linked_record_key from links
),

-- `union` drops pairs that are known already, so the walk ends when nothing new is reached.
reached as (
    select record_key, linked_record_key as reached_record_key from both_ways
    union
    select reached.record_key, both_ways.linked_record_key as reached_record_key
    from reached
    inner join both_ways
        on reached.reached_record_key = both_ways.record_key
),

-- Losers of a merge that never landed are records too: links may still name them.
all_records as (
    select record_key, source_id, object, record_id, created_at from records
    union all
    select
        survivors.record_key,
        split_part(survivors.record_key, '/', 1) as source_id,
        split_part(survivors.record_key, '/', 2) as object,
        split_part(survivors.record_key, '/', 3) as record_id,
        cast(null as timestamp) as created_at
    from survivors
    left join records
        on survivors.record_key = records.record_key
    where records.record_key is null
),

first_records as (
    select
        reached.record_key,
        all_records.record_key as first_record_key
    from reached
    inner join all_records
        on reached.reached_record_key = all_records.record_key
    qualify
        row_number() over (
            partition by reached.record_key
            order by all_records.created_at nulls last, all_records.record_key
        ) = 1
),

final as (
    select
        all_records.record_key,
        all_records.source_id,
        all_records.object,
        all_records.record_id,
        md5('person/' || coalesce(first_records.first_record_key, all_records.record_key))
            as person_key,
        case
            when survivors.record_key is not null then 'merge'
            when
                first_records.record_key is null
                or first_records.first_record_key = all_records.record_key
                then 'own'
            when email_links.record_key is not null then 'email'
            else 'own'
        end as match_method,
        survivors.record_key is null as is_survivor
    from all_records
    left join first_records
        on all_records.record_key = first_records.record_key
    left join survivors
        on all_records.record_key = survivors.record_key
    left join (
        select distinct record_key
        from {{ ref('int_people__identity_links') }}
        where match_method = 'email'
    ) as email_links
        on all_records.record_key = email_links.record_key
)

select * from final
