-- A deal or company that stands in two CRMs is one, and so is one that was merged. The record that
-- leads speaks for it and names it: one that was not merged away, not archived, of the source that
-- the playbook's precedence believes first. Where the playbook is silent, the record that others
-- name leads: an integration writes the ids of the original into the copy.

with

records as (
    select
        'deals' as object,
        source_id,
        record_id,
        record_key,
        is_archived,
        created_at
    from {{ crm_union('deals') }}
    union all
    select
        'companies' as object,
        source_id,
        record_id,
        record_key,
        is_archived,
        cast(null as timestamp) as created_at
    from {{ crm_union('companies') }}
),

merge_links as (
    select
        {{ record_key('told.source_id', 'told.object', 'told.loser_record_id') }}
            as record_key,
        {{ record_key('told.source_id', 'told.object', 'told.survivor_record_id') }}
            as linked_record_key
    from {{ crm_union('merges') }} as told
    where told.object in ('deals', 'companies')
),

links as (
    select
        named.record_key,
        named.linked_record_key,
        named.link_kind as match_method
    from {{ ref('int_identity__named_records') }} as named
    where named.object in ('deals', 'companies')
    union all
    select record_key, linked_record_key, 'merge' as match_method from merge_links
),

precedence as (
    select * from {{ playbook('source_precedence') }}
),

reached as (
    select * from {{ reached_records('links') }}
    union
    select record_key, record_key as reached_record_key from records
),

methods as (
    select
        record_key,
        match_method
    from (
        select record_key, match_method from links
        union all
        select linked_record_key as record_key, match_method from links
    ) as both_ends
    qualify
        row_number() over (
            partition by record_key order by {{ link_strength('match_method') }}
        ) = 1
),

merged_records as (
    select distinct record_key from merge_links
),

named_records as (
    select distinct linked_record_key
    from links
    where match_method = 'crm_id'
),

standings as (
    select
        records.*,
        merged_records.record_key is not null as is_merged,
        precedence.position as source_position,
        named_records.linked_record_key is null as is_named_by_nobody
    from records
    left join precedence
        on records.object = precedence.subject and records.source_id = precedence.source_id
    left join merged_records
        on records.record_key = merged_records.record_key
    left join named_records
        on records.record_key = named_records.linked_record_key
),

leaders as (
    select
        reached.record_key,
        standings.record_key as leading_record_key
    from reached
    inner join standings
        on reached.reached_record_key = standings.record_key
    qualify
        row_number() over (
            partition by reached.record_key
            order by
                standings.is_merged,
                standings.is_archived,
                standings.source_position nulls last,
                standings.is_named_by_nobody,
                standings.created_at nulls last,
                standings.record_key
        ) = 1
),

final as (
    select
        standings.record_key,
        standings.source_id,
        standings.object,
        standings.record_id,
        leaders.leading_record_key,
        standings.record_key = leaders.leading_record_key as is_leading,
        standings.is_merged,
        row_number() over (
            partition by leaders.leading_record_key
            order by
                standings.is_merged,
                standings.is_archived,
                standings.source_position nulls last,
                standings.is_named_by_nobody,
                standings.created_at nulls last,
                standings.record_key
        ) as standing,
        case
            when standings.record_key = leaders.leading_record_key then 'own'
            else methods.match_method
        end as match_method
    from standings
    inner join leaders
        on standings.record_key = leaders.record_key
    left join methods
        on standings.record_key = methods.record_key
)

select * from final
