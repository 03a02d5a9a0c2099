-- HubSpot says on the contact whether a sequence is running for it (`hs_sequences_is_enrolled`);
-- the enrolments themselves are behind another API.

with

contacts as (
    select * from {{ landed('hubspot__contacts') }}
),

latest_versions as (
    select *
    from contacts
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

final as (
    select
        -- ids
        source_id,
        'contacts' as object,
        id as record_id,
        {{ record_key('source_id', "'contacts'", 'id') }} as record_key
    from latest_versions
    where
        {{ folded("properties['hs_sequences_is_enrolled']") }} = 'true'
        and not coalesce(archived, false)
)

select * from final
