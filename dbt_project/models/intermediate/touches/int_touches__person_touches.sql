-- The campaign of a touch is, in this order: what the playbook says of its form, what the CRM
-- itself links the form or the response to, the campaign whose UTM value the visit carried, else
-- `(none)`.
-- A form that the CRM links to several campaigns says nothing of which one brought the visit.
-- Touches are ordered by instant, then source, then id.

with

submissions as (
    select * from {{ ref('int_touches__form_submissions') }}
    where person_key is not null
),

inbound_mails as (
    select * from {{ ref('int_touches__inbound_mails') }}
),

campaign_responses as (
    select * from {{ ref('int_touches__campaign_responses') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

associations as (
    select * from {{ crm_union('associations') }}
),

touches as (
    select
        touch_key,
        person_key,
        source_id,
        touch_id,
        touch_at,
        touch_kind,
        form_id,
        form_name,
        offer_id,
        offer_type,
        theme,
        playbook_campaign_id,
        cast(null as varchar) as crm_campaign_key,
        utm_campaign,
        landing_page
    from submissions
    union all
    select
        touch_key,
        person_key,
        source_id,
        touch_id,
        touch_at,
        'inbound_mail' as touch_kind,
        cast(null as varchar) as form_id,
        cast(null as varchar) as form_name,
        cast(null as varchar) as offer_id,
        cast(null as varchar) as offer_type,
        cast(null as varchar) as theme,
        cast(null as varchar) as playbook_campaign_id,
        cast(null as varchar) as crm_campaign_key,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as landing_page
    from inbound_mails
    union all
    select
        touch_key,
        person_key,
        source_id,
        touch_id,
        touch_at,
        'campaign_response' as touch_kind,
        cast(null as varchar) as form_id,
        cast(null as varchar) as form_name,
        cast(null as varchar) as offer_id,
        cast(null as varchar) as offer_type,
        cast(null as varchar) as theme,
        cast(null as varchar) as playbook_campaign_id,
        campaign_key as crm_campaign_key,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as landing_page
    from campaign_responses
),

crm_linked_forms as (
    select
        associations.source_id,
        associations.from_record_id as form_id,
        min(campaigns.campaign_key) as campaign_key
    from associations
    inner join campaigns
        on
            associations.source_id = campaigns.source_id
            and associations.to_record_id = campaigns.campaign_id
    where associations.from_object = 'forms' and associations.to_object = 'campaigns'
    group by associations.source_id, associations.from_record_id
    having count(distinct campaigns.campaign_key) = 1
),

playbook_campaigns as (
    select source_id, playbook_campaign_id, campaign_key from campaigns
    where playbook_campaign_id is not null
),

-- One UTM value on several campaigns: the first of them.
utm_campaigns as (
    select source_id, utm_campaign, campaign_key
    from campaigns
    where utm_campaign is not null
    qualify
        row_number() over (
            partition by source_id, utm_campaign order by created_at nulls last, campaign_key
        ) = 1
),

final as (
    select
        touches.touch_key,
        touches.person_key,
        touches.source_id,
        touches.touch_id,
        touches.touch_at,
        row_number() over (
            partition by touches.person_key
            order by touches.touch_at, touches.source_id, touches.touch_id, touches.touch_key
        ) as touch_number,
        touches.touch_kind,
        touches.form_id,
        touches.form_name,
        touches.offer_id,
        touches.offer_type,
        touches.theme,
        coalesce(
            playbook_campaigns.campaign_key,
            crm_linked_forms.campaign_key,
            touches.crm_campaign_key,
            utm_campaigns.campaign_key,
            '(none)'
        ) as campaign_key,
        case
            when playbook_campaigns.campaign_key is not null then 'playbook'
            when
                coalesce(crm_linked_forms.campaign_key, touches.crm_campaign_key) is not null
                then 'crm'
            when utm_campaigns.campaign_key is not null then 'utm'
            else 'none'
        end as campaign_source,
        touches.landing_page
    from touches
    left join playbook_campaigns
        on
            touches.source_id = playbook_campaigns.source_id
            and touches.playbook_campaign_id = playbook_campaigns.playbook_campaign_id
    left join crm_linked_forms
        on
            touches.source_id = crm_linked_forms.source_id
            and touches.form_id = crm_linked_forms.form_id
    left join utm_campaigns
        on
            touches.source_id = utm_campaigns.source_id
            and touches.utm_campaign = utm_campaigns.utm_campaign
)

select * from final
