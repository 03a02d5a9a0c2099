-- A person's company is the primary company of their records, else the company that has the domain
-- of their e-mail address. A company that stands in two CRMs is one.

with

records as (
    select * from {{ crm_union('person_records') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

companies as (
    select
        companies.*,
        leading_records.leading_record_key as company_key
    from {{ crm_union('companies') }} as companies
    inner join {{ ref('int_identity__leading_records') }} as leading_records
        on companies.record_key = leading_records.record_key
),

links as (
    select * from {{ crm_union('associations') }}
    where to_object = 'companies'
),

linked as (
    select
        record_persons.person_key,
        companies.company_key,
        case when links.is_primary then 1 else 2 end as precedence
    from links
    inner join record_persons
        on
            links.source_id = record_persons.source_id
            and links.from_object = record_persons.object
            and links.from_record_id = record_persons.record_id
    inner join companies
        on links.source_id = companies.source_id and links.to_record_id = companies.record_id
    where links.from_object <> 'deals'
),

named as (
    select
        record_persons.person_key,
        companies.company_key,
        3 as precedence
    from records
    inner join record_persons
        on records.record_key = record_persons.record_key
    inner join companies
        on
            records.source_id = companies.source_id
            and records.company_record_id = companies.record_id
),

by_domain as (
    select
        record_persons.person_key,
        companies.company_key,
        4 as precedence
    from records
    inner join record_persons
        on records.record_key = record_persons.record_key
    inner join companies
        on
            records.source_id = companies.source_id
            and split_part(records.email, '@', 2) = companies.domain
),

final as (
    select person_key, company_key
    from (
        select * from linked
        union all
        select * from named
        union all
        select * from by_domain
    ) as candidates
    qualify
        row_number() over (partition by person_key order by precedence, company_key) = 1
)

select * from final
