-- A campaign member that has responded. After the conversion of its lead a member names the contact
-- too. Salesforce dates the response by a date, without an hour. A member that was taken out of the
-- campaign responded to nothing; one that went to the recycle bin with its person did.

with

members as (
    select * from {{ landed('salesforce__campaign_members') }}
),

latest_versions as (
    select
        source_id,
        id,
        case when fields['ContactId'] is null then 'leads' else 'contacts' end as object,
        coalesce(fields['ContactId'], fields['LeadId']) as record_id,
        {{ is_checked("fields['HasResponded']") }} as has_responded,
        {{ is_checked("fields['IsDeleted']") }} as is_deleted,
        fields
    from members
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

deleted_people as (
    select
        source_id,
        object,
        id as record_id
    from (
        select 'leads' as object, * from {{ landed('salesforce__leads') }}
        union all
        select 'contacts' as object, * from {{ landed('salesforce__contacts') }}
    ) as people
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
        and {{ is_deleted_not_merged('fields') }}
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.id as response_id,
        latest_versions.object,
        latest_versions.record_id,
        {{ record_key(
            'latest_versions.source_id', 'latest_versions.object', 'latest_versions.record_id'
        ) }} as record_key,
        latest_versions.fields['CampaignId'] as campaign_id,

        -- strings
        latest_versions.fields['Status'] as status,

        -- timestamps
        coalesce(
            {{ start_of_date("latest_versions.fields['FirstRespondedDate']") }},
            {{ crm_instant("latest_versions.fields['CreatedDate']") }}
        ) as responded_at
    from latest_versions
    left join deleted_people
        on
            latest_versions.source_id = deleted_people.source_id
            and latest_versions.object = deleted_people.object
            and latest_versions.record_id = deleted_people.record_id
    where
        latest_versions.has_responded
        and latest_versions.record_id is not null
        and (not latest_versions.is_deleted or deleted_people.record_id is not null)
)

select * from final
where responded_at <= {{ as_of() }}
