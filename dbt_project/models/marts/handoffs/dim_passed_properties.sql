-- Values that no rule of ours reads and that the playbook passes through (passed_properties.yml).

with

passed as (
    select * from {{ crm_union('passed_properties') }}
),

person_records as (
    select
        record_key,
        person_key
    from {{ ref('map_person_records') }}
),

final as (
    select
        passed.record_key || '/' || passed.name as passed_property_key,
        passed.record_key,
        passed.source_id,
        passed.object,
        person_records.person_key,
        passed.name,
        passed.label,
        passed.value
    from passed
    left join person_records
        on passed.record_key = person_records.record_key
)

select * from final
