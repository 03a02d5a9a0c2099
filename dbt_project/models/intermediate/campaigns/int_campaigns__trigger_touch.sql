-- A handoff's trigger is the last touch at or before its MQL, within the lookback of it (180 days,
-- inclusive), the same for every stage of the handoff. A touch of an earlier handoff counts if it
-- is inside. Without one the campaign is `(none)`.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

touches as (
    select * from {{ ref('int_touches__person_touches') }}
),

final as (
    select
        trips.handoff_key,
        touches.touch_key,
        touches.touch_at,
        coalesce(touches.campaign_key, '(none)') as campaign_key,
        touches.offer_id,
        touches.offer_type,
        touches.theme,
        touches.form_id,
        touches.landing_page
    from trips
    left join touches
        on
            trips.person_key = touches.person_key
            and trips.mql_at >= touches.touch_at
            and touches.touch_at
            >= {{ add_hours('trips.mql_at', '-24 * ' ~ parameter('attribution_lookback_days')) }}
    qualify
        row_number() over (partition by trips.handoff_key order by touches.touch_number desc) = 1
)

select * from final
