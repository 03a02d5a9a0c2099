-- Form submissions name no record, only an address. An address leads to the contact of the same
-- source that has it, first as its own, else among its additional addresses.

with

records as (
    select * from {{ crm_union('person_records') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

addresses as (
    select source_id, record_key, email, 1 as precedence
    from records
    where email is not null
    union all
    select
        source_id,
        record_key,
        trim({{ exploded(split_text('additional_emails', "';'")) }}) as email,
        2 as precedence
    from records
    where additional_emails is not null
),

final as (
    select
        addresses.source_id,
        addresses.email,
        record_persons.person_key,
        addresses.record_key
    from addresses
    inner join record_persons
        on addresses.record_key = record_persons.record_key
    where addresses.email <> ''
    qualify
        row_number() over (
            partition by addresses.source_id, addresses.email
            order by addresses.precedence, record_persons.is_survivor desc, addresses.record_key
        ) = 1
)

select * from final
