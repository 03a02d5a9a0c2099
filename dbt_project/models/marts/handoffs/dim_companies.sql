with

companies as (
    select * from {{ crm_union('companies') }}
),

fit as (
    select * from {{ ref('int_fit__company_icp') }}
),

people as (
    select company_key, count(*) as person_count
    from {{ ref('int_people__companies') }}
    group by company_key
),

final as (
    select
        companies.record_key as company_key,
        companies.source_id,
        companies.record_id as company_id,
        companies.name,
        companies.domain,
        companies.industry,
        companies.country,
        companies.employee_count,
        fit.company_size_band,
        companies.annual_revenue,
        fit.icp_fit,
        fit.icp_reason,
        coalesce(people.person_count, 0) as person_count,
        companies.is_archived,
        companies.record_url
    from companies
    left join fit
        on companies.record_key = fit.company_key
    left join people
        on companies.record_key = people.company_key
)

select * from final
