-- What a form offers is said in the playbook, by the form's id or else by its name. A form that was
-- deleted in the CRM is known by its submissions alone.

with

forms as (
    select * from {{ crm_union('forms') }}
),

submissions as (
    select * from {{ crm_union('form_submissions') }}
),

form_map as (
    select * from {{ playbook('form_map') }}
),

offers as (
    select * from {{ playbook('offers') }}
),

all_forms as (
    select source_id, form_id, name as form_name from forms
    union all
    select distinct
        submissions.source_id,
        submissions.form_id,
        cast(null as varchar) as form_name
    from submissions
    left join forms
        on submissions.source_id = forms.source_id and submissions.form_id = forms.form_id
    where forms.form_id is null and submissions.form_id is not null
),

final as (
    select
        all_forms.source_id,
        all_forms.form_id,
        all_forms.form_name,
        form_map.offer_id,
        offers.offer_type,
        offers.theme,
        form_map.campaign_id as playbook_campaign_id
    from all_forms
    left join form_map
        on
            all_forms.source_id = form_map.source_id
            and (
                all_forms.form_id = form_map.form_id
                or {{ folded('all_forms.form_name') }} = form_map.form_name
            )
    left join offers
        on form_map.offer_id = offers.offer_id
    qualify
        row_number() over (
            partition by all_forms.source_id, all_forms.form_id
            order by
                case when all_forms.form_id = form_map.form_id then 0 else 1 end,
                form_map.offer_id
        ) = 1
)

select * from final
