-- A company's industry is one of the options of a field, which a record holds as a number.

with

companies as (
    select * from {{ landed('pipedrive__companies') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

sources as (
    select * from {{ playbook('sources') }}
),

industry_fields as (
    select
        source_id,
        {{ exploded('options') }} as option
    from {{ landed('pipedrive__properties') }}
    where "objectType" = 'companies' and field_code = 'industry'
    qualify
        row_number() over (partition by source_id order by run_id desc, part_file desc) = 1
),

industries as (
    select
        source_id,
        option.id as industry_id,
        max(option.label) as industry
    from industry_fields
    group by source_id, option.id
),

final as (
    select
        -- ids
        companies.source_id,
        companies.id as record_id,
        {{ record_key('companies.source_id', "'companies'", 'companies.id') }} as record_key,

        -- strings
        companies.name,
        {{ website_domain('companies.website') }} as domain,
        coalesce(industries.industry, companies.industry) as industry,
        companies.address.country as country,
        {{ record_url('sources.record_url_template', 'organization', 'companies.id') }}
            as record_url,

        -- numerics
        try_cast(try_cast(companies.employee_count as double) as bigint) as employee_count,
        try_cast(companies.annual_revenue as decimal(18, 2)) as annual_revenue,

        -- booleans
        coalesce(companies.is_deleted, false) as is_archived
    from companies
    left join sources
        on companies.source_id = sources.source_id
    left join industries
        on
            companies.source_id = industries.source_id
            and companies.industry = industries.industry_id
)

select * from final
