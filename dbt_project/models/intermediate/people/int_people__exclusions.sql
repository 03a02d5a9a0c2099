-- Test, internal and partner people: one matching record flags the person.

with

records as (
    select * from {{ crm_union('person_records') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

rules as (
    select * from {{ playbook('exclusion_rules') }}
),

current_values as (
    select *
    from {{ crm_union('property_changes') }}
    qualify
        row_number() over (partition by record_key, property order by change_number desc) = 1
),

address_matches as (
    select
        records.record_key,
        rules.rule_id,
        rules.kind
    from records
    inner join rules
        on
            (rules.match = 'email_domain' and split_part(records.email, '@', 2) = rules.value)
            or (rules.match = 'email_exact' and records.email = rules.value)
),

property_matches as (
    select
        current_values.record_key,
        rules.rule_id,
        rules.kind
    from current_values
    inner join rules
        on
            rules.match = 'property'
            and current_values.source_id = rules.source_id
            and current_values.object = rules.object
            and current_values.property = rules.property
            and {{ folded('current_values.value') }} = rules.value
),

final as (
    select
        record_persons.person_key,
        matches.kind as exclusion_kind,
        matches.rule_id
    from (
        select * from address_matches
        union all
        select * from property_matches
    ) as matches
    inner join record_persons
        on matches.record_key = record_persons.record_key
    qualify
        row_number() over (partition by record_persons.person_key order by matches.rule_id) = 1
)

select * from final
