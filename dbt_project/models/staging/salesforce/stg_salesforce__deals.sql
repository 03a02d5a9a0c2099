-- An opportunity without a record type is in the pipeline `default`. The currency is there only in
-- an organization with several currencies. The close date is a date: it keeps its day.

with

opportunities as (
    select * from {{ landed('salesforce__deals') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

latest_versions as (
    select *
    from opportunities
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.id as record_id,
        {{ record_key('latest_versions.source_id', "'deals'", 'latest_versions.id') }}
            as record_key,
        latest_versions.fields['OwnerId'] as owner_id,

        -- strings
        coalesce(latest_versions.fields['RecordTypeId'], 'default') as pipeline_id,
        latest_versions.fields['StageName'] as stage_value,
        latest_versions.fields['CurrencyIsoCode'] as currency,
        {{ record_url('sources.record_url_template', 'Opportunity', 'latest_versions.id') }}
            as record_url,

        -- numerics
        try_cast(latest_versions.fields['Amount'] as decimal(18, 2)) as amount,

        -- booleans
        {{ is_checked("latest_versions.fields['IsDeleted']") }} as is_archived,

        -- timestamps
        {{ crm_instant("latest_versions.fields['CreatedDate']") }} as created_at,
        {{ start_of_date("latest_versions.fields['CloseDate']") }} as closed_at
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
