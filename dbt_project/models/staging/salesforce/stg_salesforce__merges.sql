-- Salesforce tells a merge on the loser: it goes to the recycle bin and names its master
-- (`MasterRecordId`). The bin is emptied after 15 days; what has landed before stays known here.

with

records as (
    select 'leads' as object, * from {{ landed('salesforce__leads') }}
    union all
    select 'contacts' as object, * from {{ landed('salesforce__contacts') }}
    union all
    select 'companies' as object, * from {{ landed('salesforce__companies') }}
),

latest_versions as (
    select *
    from records
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
),

losers as (
    select
        source_id,
        object,
        id as loser_record_id,
        {{ salesforce_id("fields['MasterRecordId']") }} as survivor_record_id
    from latest_versions
),

final as (
    select
        source_id,
        object,
        loser_record_id,
        survivor_record_id
    from losers
    where survivor_record_id is not null and survivor_record_id <> loser_record_id
)

select * from final
