with

definitions as (
    select * from {{ landed('hubspot__properties') }}
),

final as (
    select
        -- ids
        source_id,
        "objectType" as object,
        name as property,

        -- strings
        label,
        type as property_type,

        -- booleans
        not coalesce("hubspotDefined", false) as is_custom,
        coalesce(calculated, false) as is_calculated,

        -- the reading
        run_id,
        landed_at
    from definitions
    where not coalesce(archived, false)
)

select * from final
