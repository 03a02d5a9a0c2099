-- No name, e-mail address or phone number leaves the staging layer.

with

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

records as (
    select * from {{ crm_union('person_records') }}
),

exclusions as (
    select * from {{ ref('int_people__exclusions') }}
),

companies as (
    select * from {{ ref('int_people__companies') }}
),

handoffs as (
    select person_key, count(*) as handoff_count
    from {{ ref('int_handoffs__trips') }}
    group by person_key
),

record_sums as (
    select
        record_persons.person_key,
        count(*) as record_count,
        sum(case when record_persons.is_survivor then 0 else 1 end) as merged_record_count,
        bool_or(records.email is not null) as has_email,
        bool_and(coalesce(records.is_archived, true)) as is_archived,
        min(records.created_at) as created_at
    from record_persons
    left join records
        on record_persons.record_key = records.record_key
    group by record_persons.person_key
),

-- The record that speaks for the person: alive, surviving, last changed.
leading_records as (
    select
        record_persons.person_key,
        records.*
    from record_persons
    inner join records
        on record_persons.record_key = records.record_key
    qualify
        row_number() over (
            partition by record_persons.person_key
            order by
                record_persons.is_survivor desc,
                records.is_archived,
                records.updated_at desc,
                records.record_key
        ) = 1
),

final as (
    select
        record_sums.person_key,
        leading_records.record_key as leading_record_key,
        leading_records.record_url,
        companies.company_key,
        leading_records.country,
        leading_records.industry,
        record_sums.record_count,
        record_sums.merged_record_count,
        coalesce(handoffs.handoff_count, 0) as handoff_count,
        coalesce(record_sums.has_email, false) as has_email,
        record_sums.is_archived,
        exclusions.person_key is not null as is_excluded,
        exclusions.exclusion_kind,
        exclusions.rule_id as exclusion_rule_id,
        record_sums.created_at
    from record_sums
    left join leading_records
        on record_sums.person_key = leading_records.person_key
    left join companies
        on record_sums.person_key = companies.person_key
    left join exclusions
        on record_sums.person_key = exclusions.person_key
    left join handoffs
        on record_sums.person_key = handoffs.person_key
)

select * from final
