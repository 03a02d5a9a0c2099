with

companies as (
    select * from {{ ref('int_companies__companies') }}
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
        companies.company_key,
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
        companies.record_count,
        companies.is_archived,
        companies.record_url,
        companies.linked_record_url
    from companies
    left join fit
        on companies.company_key = fit.company_key
    left join people
        on companies.company_key = people.company_key
)

select * from final
