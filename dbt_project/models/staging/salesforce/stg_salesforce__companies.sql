with

accounts as (
    select * from {{ landed('salesforce__companies') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

latest_versions as (
    select *
    from accounts
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

final as (
    select
        -- ids
        latest_versions.source_id,
        latest_versions.id as record_id,
        {{ record_key('latest_versions.source_id', "'companies'", 'latest_versions.id') }}
            as record_key,

        -- strings
        latest_versions.fields['Name'] as name,
        {{ website_domain("latest_versions.fields['Website']") }} as domain,
        latest_versions.fields['Industry'] as industry,
        latest_versions.fields['BillingCountry'] as country,
        {{ record_url('sources.record_url_template', 'Account', 'latest_versions.id') }}
            as record_url,

        -- numerics
        try_cast(try_cast(latest_versions.fields['NumberOfEmployees'] as double) as bigint)
            as employee_count,
        try_cast(latest_versions.fields['AnnualRevenue'] as decimal(18, 2)) as annual_revenue,

        -- booleans
        {{ is_deleted_not_merged('latest_versions.fields') }} as is_archived
    from latest_versions
    left join sources
        on latest_versions.source_id = sources.source_id
)

select * from final
