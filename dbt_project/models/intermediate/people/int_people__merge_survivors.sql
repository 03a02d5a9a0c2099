-- A record that was merged lives on in its survivor; when the survivor was merged in its turn, the
-- chain is followed to the record that is left. Lists of merged ids may name a record on several
-- steps of one chain, and a damaged list could close a ring: fifty steps are the end.
-- Merged companies and deals are no people.

with recursive

merges as (
    select
        {{ record_key('source_id', 'object', 'loser_record_id') }} as loser_record_key,
        {{ record_key('source_id', 'object', 'survivor_record_id') }} as survivor_record_key
    from {{ crm_union('merges') }}
    where object not in ('companies', 'deals')
),

chains as (
    select loser_record_key, survivor_record_key, 1 as steps
    from merges
    union all
    select chains.loser_record_key, merges.survivor_record_key, chains.steps + 1 as steps
    from chains
    inner join merges
        on chains.survivor_record_key = merges.loser_record_key
    where chains.steps < 50 and merges.survivor_record_key <> chains.loser_record_key
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
