-- A record that was merged lives on in its survivor; when the survivor was merged in its turn, the
-- chain is followed to the record that is left. Lists of merged ids may name a record on several
-- steps of one chain, and a damaged list could close a ring: fifty steps are the end.
-- Merged companies and deals are no people.

with recursive

told_merges as (
    select * from {{ crm_union('merges') }}
),

merge_links as (
    select
        {{ record_key('told_merges.source_id', 'told_merges.object', 'loser_record_id') }}
            as loser_record_key,
        {{ record_key('told_merges.source_id', 'told_merges.object', 'survivor_record_id') }}
            as survivor_record_key
    from told_merges
    where told_merges.object not in ('companies', 'deals')
),

chains as (
    select loser_record_key, survivor_record_key, 1 as steps
    from merge_links
    union all
    select chains.loser_record_key, merge_links.survivor_record_key, chains.steps + 1 as steps
    from chains
    inner join merge_links
        on chains.survivor_record_key = merge_links.loser_record_key
    where merge_links.survivor_record_key <> chains.loser_record_key and chains.steps <= 50
),

final as (
    select
        loser_record_key as record_key,
        survivor_record_key,
        steps
    from chains
    qualify
        row_number() over (
            partition by loser_record_key order by steps desc, survivor_record_key
        ) = 1
)

select * from final
