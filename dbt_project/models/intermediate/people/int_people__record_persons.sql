-- A person is the set of records that identity links hold together, directly or through others.
-- The person is named after the set's first record, so the name stays when records are added.
-- `match_method` tells the strongest of the links by which a record is held: an id that a CRM
-- holds, a merge, an address. Records that never landed hold others together, but only those that
-- were merged are told.

with

records as (
    select * from {{ crm_union('person_records') }}
),

links as (
    select record_key, linked_record_key, match_method from {{ ref('int_people__identity_links') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

reached as (
    select * from {{ reached_records('links') }}
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

-- A merge tells how the merged record came to the person; of its survivor it tells least.
methods as (
    select
        record_key,
        match_method
    from (
        select record_key, match_method, false as is_survivor from links
        union all
        select linked_record_key as record_key, match_method, match_method = 'merge' as is_survivor
        from links
    ) as both_ends
    qualify
        row_number() over (
            partition by record_key order by is_survivor, {{ link_strength('match_method') }}
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
            when survivors.record_key is not null then methods.match_method
            when first_records.record_key is null then 'own'
            when first_records.first_record_key = all_records.record_key then 'own'
            else methods.match_method
        end as match_method,
        survivors.record_key is null as is_survivor
    from all_records
    left join first_records
        on all_records.record_key = first_records.record_key
    left join survivors
        on all_records.record_key = survivors.record_key
    left join methods
        on all_records.record_key = methods.record_key
)

select * from final
