with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

handoff_touches as (
    select * from {{ ref('int_speed__handoff_touches') }}
),

first_human_touches as (
    select *
    from handoff_touches
    where is_human
    qualify
        row_number() over (partition by handoff_key order by occurred_at, activity_key) = 1
),

first_automated_touches as (
    select
        handoff_key,
        min(occurred_at) as occurred_at
    from handoff_touches
    where not is_human
    group by handoff_key
),

final as (
    select
        trips.handoff_key,
        first_human_touches.occurred_at as first_touch_at,
        first_human_touches.activity_key as first_touch_activity_key,
        first_human_touches.owner_key as first_touch_owner_key,
        first_automated_touches.occurred_at as first_automated_touch_at
    from trips
    left join first_human_touches
        on trips.handoff_key = first_human_touches.handoff_key
    left join first_automated_touches
        on trips.handoff_key = first_automated_touches.handoff_key
)

select * from final
