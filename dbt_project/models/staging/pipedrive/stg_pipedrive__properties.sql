-- Fields are named by their code; one that the account made has 40 signs that say nothing.

with

fields as (
    select * from {{ landed('pipedrive__properties') }}
),

final as (
    select
        -- ids
        source_id,
        "objectType" as object,
        field_code as property,

        -- strings
        field_name as label,
        field_type as property_type,

        -- booleans
        coalesce(is_custom_field, false) as is_custom,
        false as is_calculated,

        -- the reading
        run_id,
        landed_at
    from fields
)

select * from final
