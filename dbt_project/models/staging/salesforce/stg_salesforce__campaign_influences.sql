-- How much of an opportunity Salesforce's own models credit to a campaign; there are rows only
-- where Customizable Campaign Influence is on. Handoff's attribution does not read them: they are
-- here to be compared with.

with

influences as (
    select * from {{ landed('salesforce__campaign_influences') }}
),

latest_versions as (
    select *
    from influences
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as influence_id,
        {{ record_key('source_id', "'campaign_influences'", 'id') }} as influence_key,
        source_id || '/' || fields['CampaignId'] as campaign_key,
        {{ record_key('source_id', "'deals'", "fields['OpportunityId']") }} as deal_key,
        fields['ContactId'] as contact_record_id,
        fields['CampaignMemberId'] as response_id,
        fields['ModelId'] as model_id,

        -- numerics
        try_cast(fields['Influence'] as double) / 100 as influence_rate,
        try_cast(fields['RevenueShare'] as decimal(18, 2)) as revenue_share_amount,

        -- timestamps
        {{ crm_instant("fields['CreatedDate']") }} as created_at
    from latest_versions
    where not {{ is_checked("fields['IsDeleted']") }}
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
