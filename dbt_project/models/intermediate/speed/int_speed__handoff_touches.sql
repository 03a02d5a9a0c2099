-- The touches of sales that fall into a handoff: at or after the MQL and not after the close.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

touches as (
    select * from {{ ref('int_activities__person_activities') }}
    where is_human_touch or is_automated_touch
),

final as (
    select
        trips.handoff_key,
        touches.activity_key,
        touches.occurred_at,
        touches.owner_key,
        touches.is_human_touch as is_human
    from trips
    inner join touches
        on
            trips.person_key = touches.person_key
            and touches.occurred_at >= trips.mql_at
            and (trips.closed_at is null or touches.occurred_at <= trips.closed_at)
)

select * from final
