-- HubSpot's submissions are read by form, newest first, and name no contact: only what was typed.
-- Overlapping reads bring a submission again. One without a `conversionId` is named by its content.
-- Hidden form fields may carry the campaign parameters when the page's address does not.

with

submissions as (
    select
        *,
        {{ folded(form_value('"values"', 'email')) }} as email
    from {{ landed('hubspot__form_submissions') }}
    where "submittedAt" is not null
),

named_submissions as (
    select
        *,
        coalesce(
            nullif(trim("conversionId"), ''),
            md5("formGuid" || '/' || cast("submittedAt" as varchar) || '/' || coalesce(email, ''))
        ) as submission_id
    from submissions
),

latest_versions as (
    select *
    from named_submissions
    qualify
        row_number() over (
            partition by source_id, submission_id order by run_id desc, part_file desc
        ) = 1
),

final as (
    select
        -- ids
        source_id,
        submission_id,
        "formGuid" as form_id,

        -- strings
        email,
        "pageUrl" as page_url,
        {{ landing_page('"pageUrl"') }} as landing_page,
        {% for name in ['utm_campaign', 'utm_source', 'utm_medium'] -%}
        lower(coalesce(
            {{ url_parameter('"pageUrl"', name) }}, {{ folded(form_value('"values"', name)) }}
        )) as {{ name }},
        {% endfor %}
        -- timestamps
        {{ crm_instant('cast("submittedAt" as varchar)') }} as submitted_at
    from latest_versions
)

select * from final
where submitted_at <= {{ as_of() }}
