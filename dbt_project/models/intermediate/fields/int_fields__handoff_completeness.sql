-- A handoff that owes no field yet has zeros: it is neither complete nor incomplete.

with

trips as (
    select handoff_key from {{ ref('int_handoffs__trips') }}
),

sums as (
    select
        handoff_key,
        count(*) as fields_required,
        count(case when filled_state = 'filled_at_handoff' then 1 end) as fields_filled,
        count(case when filled_state = 'filled_later' then 1 end) as fields_filled_later,
        count(case when filled_state = 'missing' then 1 end) as fields_missing
    from {{ ref('int_fields__handoff_fields') }}
    group by handoff_key
),

final as (
    select
        trips.handoff_key,
        coalesce(sums.fields_required, 0) as fields_required,
        coalesce(sums.fields_filled, 0) as fields_filled,
        coalesce(sums.fields_filled_later, 0) as fields_filled_later,
        coalesce(sums.fields_missing, 0) as fields_missing
    from trips
    left join sums
        on trips.handoff_key = sums.handoff_key
)

select * from final
