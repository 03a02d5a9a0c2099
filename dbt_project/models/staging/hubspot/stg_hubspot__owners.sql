-- HubSpot takes `userId` away when an owner leaves; `userIdIncludingInactive` stays, and the
-- histories go on naming it. An owner of type QUEUE is a list of work, not a person.

with

owners as (
    select * from {{ landed('hubspot__owners') }}
),

latest_versions as (
    select *
    from owners
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as owner_id,
        {{ record_key('source_id', "'owners'", 'id') }} as owner_key,
        cast(coalesce("userIdIncludingInactive", "userId") as varchar) as user_id,

        -- strings
        {{ folded('email') }} as email,
        nullif(trim(concat_ws(' ', "firstName", "lastName")), '') as full_name,

        -- booleans
        coalesce(type = 'QUEUE', false) as is_queue,
        coalesce(archived, false) as is_archived
    from latest_versions
)

select * from final
