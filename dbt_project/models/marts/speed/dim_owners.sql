with

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

final as (
    select
        owner_key,
        source_id,
        owner_id,
        full_name as owner_name,
        team_id,
        team_label,
        role,
        is_sales,
        is_marketing,
        is_automatic,
        is_active,
        calendar_id
    from owner_roles
)

select * from final
