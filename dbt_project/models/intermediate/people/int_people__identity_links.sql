-- Two records are of one person when one holds the id of the other (another CRM's lead or contact,
-- the contact that a lead became or is about), when one was merged into the other, or when they
-- share an e-mail address that is not a role address (info@ and the like join nobody). Never by
-- name. An id that a CRM holds goes before what the addresses say: where they differ, they join
-- all the same.

with

records as (
    select * from {{ crm_union('person_records') }}
),

role_addresses as (
    select * from {{ playbook('role_addresses') }}
),

personal_emails as (
    select
        records.record_key,
        records.email
    from records
    left join role_addresses
        on split_part(records.email, '@', 1) = role_addresses.local_part
    where records.email is not null and role_addresses.local_part is null
),

named_links as (
    select
        record_key,
        linked_record_key,
        link_kind as match_method
    from {{ ref('int_identity__named_records') }}
    where object not in ('deals', 'companies')
),

merge_links as (
    select
        record_key,
        survivor_record_key as linked_record_key,
        'merge' as match_method
    from {{ ref('int_people__merge_survivors') }}
),

-- Everyone with an address is linked to its first record: a star, not every pair.
email_links as (
    select
        record_key,
        min(record_key) over (partition by email) as linked_record_key,
        'email' as match_method
    from personal_emails
),

final as (
    select * from named_links
    union all
    select * from merge_links
    union all
    select * from email_links
    where record_key <> linked_record_key
)

select * from final
