-- Salesforce has no standard field for the UTM value of a campaign.

with

campaigns as (
    select * from {{ landed('salesforce__campaigns') }}
),

latest_versions as (
    select *
    from campaigns
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as campaign_id,
        source_id || '/' || id as campaign_key,

        -- strings
        fields['Name'] as name,
        cast(null as varchar) as utm_campaign,

        -- timestamps
        {{ crm_instant("fields['CreatedDate']") }} as created_at
    from latest_versions
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
