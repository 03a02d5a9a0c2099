-- `(none)` is a campaign like any other: the handoffs that no campaign can claim.

with

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

final as (
    select
        campaign_key,
        source_id,
        campaign_id,
        playbook_campaign_id,
        campaign_name,
        utm_campaign,
        theme,
        persona,
        channel,
        cost_amount,
        currency,
        starts_on,
        ends_on,
        created_at
    from campaigns
    union all
    select
        '(none)' as campaign_key,
        cast(null as varchar) as source_id,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as playbook_campaign_id,
        '(none)' as campaign_name,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as theme,
        cast(null as varchar) as persona,
        cast(null as varchar) as channel,
        cast(null as decimal(18, 2)) as cost_amount,
        cast(null as varchar) as currency,
        cast(null as date) as starts_on,
        cast(null as date) as ends_on,
        cast(null as timestamp) as created_at
)

select * from final
