-- HubSpot tells a merge only on the survivor, as a list of the ids that it took in
-- (`hs_merged_object_ids`); the loser is gone from list and search and is not archived.
-- Every landed version counts, since a later merge of the survivor may shorten its list.

with

records as (
    select 'contacts' as object, source_id, id, properties from {{ landed('hubspot__contacts') }}
    union all
    select 'companies' as object, source_id, id, properties from {{ landed('hubspot__companies') }}
    union all
    select 'deals' as object, source_id, id, properties from {{ landed('hubspot__deals') }}
),

merged_lists as (
    select distinct
        source_id,
        object,
        id as survivor_record_id,
        properties['hs_merged_object_ids'] as merged_ids
    from records
    where properties['hs_merged_object_ids'] is not null
),

losers as (
    select
        source_id,
        object,
        survivor_record_id,
        trim({{ exploded(split_text('merged_ids', "';'")) }}) as loser_record_id
    from merged_lists
),

final as (
    select distinct
        source_id,
        object,
        loser_record_id,
        survivor_record_id
    from losers
    where loser_record_id <> '' and loser_record_id <> survivor_record_id
)

select * from final
