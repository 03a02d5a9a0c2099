-- A company, however many records tell of it. What the record that leads leaves empty is taken from
-- the next one that has it: marketing's CRM knows the domain, that of sales the revenue.

{%- set attributes = [
  'name', 'domain', 'industry', 'country', 'employee_count', 'annual_revenue', 'record_url',
] %}

with

companies as (
    select * from {{ crm_union('companies') }}
),

leading_records as (
    select * from {{ ref('int_identity__leading_records') }}
    where object = 'companies'
),

final as (
    select
        leading_records.leading_record_key as company_key,
        min_by(companies.source_id, leading_records.standing) as source_id,
        min_by(companies.record_id, leading_records.standing) as record_id,
        {%- for attribute in attributes %}
        min_by(
            companies.{{ attribute }},
            case
                when companies.{{ attribute }} is not null then leading_records.standing
            end
        ) as {{ attribute }},
        {%- endfor %}
        min_by(
            companies.record_url,
            case
                when not leading_records.is_leading and not leading_records.is_merged
                    then leading_records.standing
            end
        ) as linked_record_url,
        min_by(companies.is_archived, leading_records.standing) as is_archived,
        count(*) as record_count
    from companies
    inner join leading_records
        on companies.record_key = leading_records.record_key
    group by leading_records.leading_record_key
)

select * from final
