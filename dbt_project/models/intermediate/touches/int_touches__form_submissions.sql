-- A submission belongs to the person whose address was typed; its kind follows from what its form
-- offers. A submission of an address that no contact has is kept, without a person.

with

submissions as (
    select * from {{ crm_union('form_submissions') }}
),

emails as (
    select * from {{ ref('int_people__emails') }}
),

form_offers as (
    select * from {{ ref('int_touches__form_offers') }}
),

final as (
    select
        {{ record_key('submissions.source_id', "'form_submissions'", 'submissions.submission_id') }}
            as touch_key,
        emails.person_key,
        submissions.source_id,
        submissions.submission_id as touch_id,
        submissions.submitted_at as touch_at,
        case
            when form_offers.offer_type = 'demo_request' then 'demo_request'
            when form_offers.offer_type = 'guide' then 'content_download'
            when form_offers.offer_type in ('webinar', 'event') then 'event'
            else 'form_submission'
        end as touch_kind,
        submissions.form_id,
        form_offers.form_name,
        form_offers.offer_id,
        form_offers.offer_type,
        form_offers.theme,
        form_offers.playbook_campaign_id,
        submissions.utm_campaign,
        submissions.utm_source,
        submissions.utm_medium,
        submissions.landing_page
    from submissions
    left join emails
        on submissions.source_id = emails.source_id and submissions.email = emails.email
    left join form_offers
        on
            submissions.source_id = form_offers.source_id
            and submissions.form_id = form_offers.form_id
)

select * from final
