-- The account rules of the ideal customer profile. A fit is poor when a `never` rule holds or a
-- `must` rule fails; else unknown when a `must` rule cannot be judged, because the CRM lacks the
-- attribute; else strong or partial by the share of `should` rules that hold. Of one rule, all
-- attributes must hold, and an attribute holds when any of its values does.

with

companies as (
    select * from {{ ref('int_companies__companies') }}
),

rules as (
    select * from {{ playbook('icp_rules') }}
),

size_bands as (
    select * from {{ playbook('company_size_bands') }}
),

attributes as (
    select
        company_key,
        'industry' as attribute,
        {{ folded('industry') }} as text_value,
        cast(null as double) as number_value
    from companies
    union all
    select
        company_key,
        'country' as attribute,
        {{ folded('country') }} as text_value,
        cast(null as double) as number_value
    from companies
    union all
    select
        company_key,
        'employee_count' as attribute,
        cast(employee_count as varchar) as text_value,
        cast(employee_count as double) as number_value
    from companies
    union all
    select
        company_key,
        'annual_revenue' as attribute,
        cast(annual_revenue as varchar) as text_value,
        cast(annual_revenue as double) as number_value
    from companies
),

judged_attributes as (
    select
        attributes.company_key,
        rules.rule_id,
        rules.position,
        rules.label,
        rules.importance,
        rules.attribute,
        case rules.operator
            when 'is_missing' then bool_or(attributes.text_value is null)
            when 'not_in' then not bool_or(attributes.text_value = rules.value)
            when 'between'
                then bool_or(
                        attributes.number_value
                        >= coalesce(rules.min_value, attributes.number_value)
                        and attributes.number_value
                        <= coalesce(rules.max_value, attributes.number_value)
                    )
            else bool_or(attributes.text_value = rules.value)
        end as holds
    from attributes
    inner join rules
        on attributes.attribute = rules.attribute
    group by
        attributes.company_key,
        rules.rule_id,
        rules.position,
        rules.label,
        rules.importance,
        rules.attribute,
        rules.operator
),

judged_rules as (
    select
        company_key,
        rule_id,
        position,
        label,
        importance,
        case
            when bool_or(not holds) then false
            when count(*) = count(holds) then true
        end as holds
    from judged_attributes
    group by company_key, rule_id, position, label, importance
),

verdicts as (
    select
        company_key,
        coalesce(
            bool_or(importance = 'never' and holds) or bool_or(importance = 'must' and not holds),
            false
        ) as is_poor,
        bool_or(importance = 'must' and holds is null) as is_unknown,
        count(case when importance = 'should' and holds then 1 end) as should_met,
        count(case when importance = 'should' then 1 end) as should_asked,
        string_agg(
            label || case
                when holds is null then ': not known'
                when holds then ': yes'
                else ': no'
            end,
            '; '
            order by position
        ) as icp_reason
    from judged_rules
    group by company_key
),

final as (
    select
        companies.company_key,
        size_bands.company_size_band,
        case
            when verdicts.company_key is null then 'unknown'
            when verdicts.is_poor then 'poor'
            when verdicts.is_unknown then 'unknown'
            when
                verdicts.should_met
                >= verdicts.should_asked * {{ parameter('icp_strong_should_rate') }}
                then 'strong'
            else 'partial'
        end as icp_fit,
        verdicts.icp_reason
    from companies
    left join verdicts
        on companies.company_key = verdicts.company_key
    left join size_bands
        on
            companies.employee_count >= size_bands.employees_from
            and companies.employee_count <= coalesce(size_bands.employees_to, 2147483647)
)

select * from final
