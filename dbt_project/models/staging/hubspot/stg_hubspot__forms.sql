with

forms as (
    select * from {{ landed('hubspot__forms') }}
),

latest_versions as (
    select *
    from forms
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as form_id,

        -- strings
        name,
        "formType" as form_type,

        -- booleans
        coalesce(archived, false) as is_archived
    from latest_versions
)

select * from final
