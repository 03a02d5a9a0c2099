-- A campaign of the CRM and a campaign of the playbook are one when the playbook names the CRM's
-- id, else when both carry the same UTM value; one entry of the playbook describes one campaign.
-- A campaign that only the playbook knows is a campaign too, under the playbook's id.

with

crm_campaigns as (
    select * from {{ crm_union('campaigns') }}
),

playbook_campaigns as (
    select
        campaigns.*,
        {{ folded('campaigns.utm_campaign') }} as utm_value
    from {{ playbook('campaigns') }} as campaigns
),

possible_pairs as (
    select
        crm_campaigns.campaign_key,
        playbook_campaigns.campaign_id as playbook_campaign_id,
        crm_campaigns.created_at,
        case
            when playbook_campaigns.crm_campaign_id = crm_campaigns.campaign_id then 1
            else 2
        end as precedence
    from crm_campaigns
    inner join playbook_campaigns
        on
            crm_campaigns.source_id = playbook_campaigns.source_id
            and (
                crm_campaigns.campaign_id = playbook_campaigns.crm_campaign_id
                or (
                    playbook_campaigns.crm_campaign_id is null
                    and crm_campaigns.utm_campaign = playbook_campaigns.utm_value
                )
            )
),

best_campaign_of_each_entry as (
    select *
    from possible_pairs
    qualify
        row_number() over (
            partition by playbook_campaign_id
            order by precedence, created_at nulls last, campaign_key
        ) = 1
),

pairs as (
    select *
    from best_campaign_of_each_entry
    qualify
        row_number() over (
            partition by campaign_key order by precedence, playbook_campaign_id
        ) = 1
),

known_to_the_crm as (
    select
        crm_campaigns.campaign_key,
        crm_campaigns.source_id,
        crm_campaigns.campaign_id,
        crm_campaigns.name as crm_name,
        crm_campaigns.utm_campaign as crm_utm_campaign,
        crm_campaigns.created_at,
        pairs.playbook_campaign_id
    from crm_campaigns
    left join pairs
        on crm_campaigns.campaign_key = pairs.campaign_key
),

known_to_the_playbook_alone as (
    select
        playbook_campaigns.source_id || '/' || playbook_campaigns.campaign_id as campaign_key,
        playbook_campaigns.source_id,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as crm_name,
        cast(null as varchar) as crm_utm_campaign,
        cast(null as timestamp) as created_at,
        playbook_campaigns.campaign_id as playbook_campaign_id
    from playbook_campaigns
    left join pairs
        on playbook_campaigns.campaign_id = pairs.playbook_campaign_id
    where pairs.playbook_campaign_id is null
),

all_campaigns as (
    select * from known_to_the_crm
    union all
    select * from known_to_the_playbook_alone
),

final as (
    select
        all_campaigns.campaign_key,
        all_campaigns.source_id,
        all_campaigns.campaign_id,
        all_campaigns.playbook_campaign_id,
        coalesce(
            playbook_campaigns.name, all_campaigns.crm_name, all_campaigns.campaign_key
        ) as campaign_name,
        coalesce(all_campaigns.crm_utm_campaign, playbook_campaigns.utm_value) as utm_campaign,
        playbook_campaigns.theme,
        playbook_campaigns.persona,
        playbook_campaigns.channel,
        cast(playbook_campaigns.cost_amount as decimal(18, 2)) as cost_amount,
        playbook_campaigns.currency,
        playbook_campaigns.starts_on,
        playbook_campaigns.ends_on,
        all_campaigns.created_at
    from all_campaigns
    left join playbook_campaigns
        on all_campaigns.playbook_campaign_id = playbook_campaigns.campaign_id
)

select * from final
