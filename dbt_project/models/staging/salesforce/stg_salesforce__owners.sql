-- A user of Salesforce is both who owns records and who changes them, under one id. Users are never
-- deleted, only made inactive. Types of users behind which no person sits own no lead.

with

users as (
    select * from {{ landed('salesforce__owners') }}
),

latest_versions as (
    select *
    from users
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        id as owner_id,
        {{ record_key('source_id', "'owners'", 'id') }} as owner_key,
        id as user_id,

        -- strings
        {{ folded("fields['Email']") }} as email,
        nullif(trim(fields['Name']), '') as full_name,

        -- booleans
        coalesce(
            fields['UserType'] in ('AutomatedProcess', 'CloudIntegrationUser', 'Guest'), false
        ) as is_queue,
        coalesce({{ folded("fields['IsActive']") }} = 'false', false) as is_archived
    from latest_versions
)

select * from final
