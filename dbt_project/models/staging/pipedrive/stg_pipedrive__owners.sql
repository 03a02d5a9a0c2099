with

users as (
    select * from {{ landed('pipedrive__owners') }}
    qualify
        row_number() over (partition by source_id, id order by run_id desc, part_file desc) = 1
),

final as (
    select
        -- ids
        source_id,
        id as owner_id,
        {{ record_key('source_id', "'owners'", 'id') }} as owner_key,
        id as user_id,

        -- strings
        {{ folded('email') }} as email,
        nullif(trim(name), '') as full_name,

        -- booleans
        false as is_queue,
        coalesce(is_deleted, false) or not coalesce(active_flag, true) as is_archived
    from users
)

select * from final
