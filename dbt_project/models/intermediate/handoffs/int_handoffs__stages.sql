-- Strict and filled stage dates. Acceptance is a human act: an accepting value set by a person of a
-- sales team, or the first human touch, whichever came first, unless a later stage had been reached
-- before it. A skipped stage takes the date of the next stage that was reached and is `inferred`.
-- Each stage names the source that told it, a skipped one that of the stage whose date it takes.
-- Default-accepted: neither acceptance nor exit within `default_accept_hours` of the assignment.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

speed as (
    select * from {{ ref('int_speed__handoff_speed') }}
),

acceptances as (
    select
        trips.*,
        speed.assigned_at,
        least(trips.accepted_value_at, speed.first_touch_at) as first_acceptance_at,
        speed.first_touch_at,
        -- An activity's key begins with its source.
        split_part(speed.first_touch_activity_key, '/', 1) as first_touch_source_id,
        least(trips.sql_at, trips.opportunity_at, trips.won_at) as later_stage_at
    from trips
    left join speed
        on trips.handoff_key = speed.handoff_key
),

strict_dates as (
    select
        *,
        case
            when first_acceptance_at <= coalesce(later_stage_at, first_acceptance_at)
                then first_acceptance_at
        end as strict_accepted_at
    from acceptances
),

final as (
    select
        handoff_key,
        mql_at,
        strict_accepted_at,
        sql_at as strict_sql_at,
        opportunity_at as strict_opportunity_at,
        won_at as strict_won_at,
        coalesce(strict_accepted_at, sql_at, opportunity_at, won_at) as accepted_at,
        coalesce(sql_at, opportunity_at, won_at) as sql_at,
        coalesce(opportunity_at, won_at) as opportunity_at,
        won_at,
        strict_accepted_at is null and later_stage_at is not null as accepted_is_inferred,
        sql_at is null and coalesce(opportunity_at, won_at) is not null as sql_is_inferred,
        opportunity_at is null and won_at is not null as opportunity_is_inferred,
        case
            when strict_accepted_at is null then null
            when strict_accepted_at = accepted_value_at then 'value'
            else 'touch'
        end as accepted_by,
        case
            when strict_accepted_at = accepted_value_at then accepted_source_id
            when strict_accepted_at is not null then first_touch_source_id
            when sql_at is not null then sql_source_id
            when opportunity_at is not null then opportunity_source_id
            when won_at is not null then won_source_id
        end as accepted_source_id,
        case
            when sql_at is not null then sql_source_id
            when opportunity_at is not null then opportunity_source_id
            when won_at is not null then won_source_id
        end as sql_source_id,
        case
            when opportunity_at is not null then opportunity_source_id
            when won_at is not null then won_source_id
        end as opportunity_source_id,
        case when won_at is not null then won_source_id end as won_source_id,
        coalesce(
            coalesce(strict_accepted_at, later_stage_at) is null
            and {{ add_hours('assigned_at', parameter('default_accept_hours')) }} <= {{ as_of() }}
            and (
                closed_at is null
                or closed_at > {{ add_hours('assigned_at', parameter('default_accept_hours')) }}
            ),
            false
        ) as is_default_accepted,
        lost_at,
        disqualified_at,
        recycled_at,
        case when exit_stage = 'expired' then closed_at end as expired_at,
        closed_at,
        exit_stage
    from strict_dates
)

select * from final
