with

fields as (
    select * from {{ landed('salesforce__properties') }}
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
        coalesce(custom, false) as is_custom,
        coalesce(calculated, false) as is_calculated,

        -- the reading
        run_id,
        landed_at
    from fields
)

select * from final
