with

bypasses as (
    select * from {{ ref('int_handoffs__bypasses') }}
),

deals as (
    select * from {{ ref('int_deals__deals') }}
),

people as (
    select * from {{ ref('dim_people') }}
),

final as (
    select
        bypasses.bypass_key,
        bypasses.kind,
        bypasses.person_key,
        bypasses.handoff_key,
        bypasses.deal_key,
        bypasses.record_key,
        bypasses.source_id,
        bypasses.first_stage,
        bypasses.bypassed_at,
        {{ local_date('bypasses.bypassed_at', parameter('reporting_time_zone')) }} as bypassed_date,
        cast(bypasses.amount as double) as amount,
        bypasses.currency,
        coalesce(deals.record_url, people.record_url) as record_url,
        deals.linked_record_url,
        coalesce(people.is_excluded, false) as is_excluded
    from bypasses
    left join deals
        on bypasses.deal_key = deals.deal_key
    left join people
        on bypasses.person_key = people.person_key
)

select * from final
