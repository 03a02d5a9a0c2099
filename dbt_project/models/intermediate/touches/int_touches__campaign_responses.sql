-- A person who responded as a member of a CRM's campaign was touched by that campaign: the CRM's
-- own link says which, so nothing else is asked. A campaign that we do not hold can claim nothing.

with

responses as (
    select * from {{ crm_union('campaign_responses') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where campaign_id is not null
),

final as (
    select
        {{ record_key('responses.source_id', "'campaign_responses'", 'responses.response_id') }}
            as touch_key,
        record_persons.person_key,
        responses.source_id,
        responses.response_id as touch_id,
        responses.responded_at as touch_at,
        campaigns.campaign_key
    from responses
    inner join record_persons
        on responses.record_key = record_persons.record_key
    left join campaigns
        on
            responses.source_id = campaigns.source_id
            and responses.campaign_id = campaigns.campaign_id
)

select * from final
