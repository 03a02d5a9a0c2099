-- One trip of a person from marketing to sales, with the strict date of each stage: the first time
-- it was recorded inside the trip, unless a later stage had been reached before it (then it is a
-- move back). Acceptance by value counts when a person of a sales team set it.

with

trip_events as (
    select * from {{ ref('int_handoffs__trip_events') }}
    where handoff_key is not null
),

openings as (
    select * from trip_events
    where effect in ('opened', 'expired')
),

exits as (
    select * from trip_events
    where effect = 'closed'
),

last_states as (
    select *
    from trip_events
    qualify row_number() over (partition by handoff_key order by event_number desc) = 1
),

first_reached as (
    select
        handoff_key,
        min(case when stage = 'accepted' and is_sales_human then event_at end) as accepted_at,
        min(case when stage = 'sql' then event_at end) as sql_at,
        min(case when stage = 'opportunity' then event_at end) as opportunity_at,
        min(case when stage = 'won' then event_at end) as won_at,
        min_by(
            source_id, case when stage = 'accepted' and is_sales_human then event_number end
        ) as accepted_source_id,
        min_by(source_id, case when stage = 'sql' then event_number end) as sql_source_id,
        min_by(source_id, case when stage = 'opportunity' then event_number end)
            as opportunity_source_id,
        min_by(source_id, case when stage = 'won' then event_number end) as won_source_id,
        bool_or(is_clamped) as is_clamped
    from trip_events
    where effect in ('moved', 'closed')
    group by handoff_key
),

deal_sums as (
    select
        handoff_key,
        count(*) as deal_count,
        sum(case when won_at is not null then amount end) as amount_won,
        sum(case when is_open_deal then amount end) as amount_open
    from {{ ref('int_handoffs__deals') }}
    group by handoff_key
),

with_next as (
    select
        openings.*,
        lead(openings.event_at) over trips_of_person as next_mql_at,
        lead(openings.effect) over trips_of_person as next_effect
    from openings
    window trips_of_person as (
        partition by openings.person_key order by openings.handoff_number
    )
),

joined as (
    select
        with_next.handoff_key,
        with_next.person_key,
        with_next.handoff_number,
        with_next.source_id,
        with_next.object as mql_object,
        with_next.record_id as mql_record_id,
        with_next.record_key as mql_record_key,
        with_next.property as mql_property,
        with_next.event_at as mql_at,
        first_reached.accepted_at,
        first_reached.sql_at,
        first_reached.opportunity_at,
        first_reached.won_at,
        first_reached.accepted_source_id,
        first_reached.sql_source_id,
        first_reached.opportunity_source_id,
        first_reached.won_source_id,
        coalesce(first_reached.is_clamped, false) as is_clamped,
        coalesce(
            exits.event_at,
            case when with_next.next_effect = 'expired' then with_next.next_mql_at end
        ) as closed_at,
        coalesce(
            exits.stage, case when with_next.next_effect = 'expired' then 'expired' end
        ) as exit_stage,
        exits.source_id as exit_source_id,
        exits.record_key as exit_record_key,
        exits.object as exit_object,
        exits.property as exit_property,
        exits.changed_by_user_id as exit_changed_by_user_id,
        with_next.next_mql_at,
        last_states.last_change_at,
        coalesce(deal_sums.deal_count, 0) as deal_count,
        deal_sums.amount_won,
        deal_sums.amount_open
    from with_next
    left join first_reached
        on with_next.handoff_key = first_reached.handoff_key
    left join exits
        on with_next.handoff_key = exits.handoff_key
    left join last_states
        on with_next.handoff_key = last_states.handoff_key
    left join deal_sums
        on with_next.handoff_key = deal_sums.handoff_key
),

final as (
    select
        handoff_key,
        person_key,
        handoff_number,
        source_id,
        mql_object,
        mql_record_id,
        mql_record_key,
        mql_property,
        mql_at,
        case
            when accepted_at <= coalesce(least(sql_at, opportunity_at, won_at), accepted_at)
                then accepted_at
        end as accepted_value_at,
        case
            when sql_at <= coalesce(least(opportunity_at, won_at), sql_at) then sql_at
        end as sql_at,
        case
            when opportunity_at <= coalesce(won_at, opportunity_at) then opportunity_at
        end as opportunity_at,
        won_at,
        accepted_source_id,
        sql_source_id,
        opportunity_source_id,
        won_source_id,
        case when exit_stage = 'lost' then closed_at end as lost_at,
        case when exit_stage = 'disqualified' then closed_at end as disqualified_at,
        case when exit_stage = 'recycled' then closed_at end as recycled_at,
        is_clamped,
        closed_at,
        exit_stage,
        exit_source_id,
        exit_record_key,
        exit_object,
        exit_property,
        exit_changed_by_user_id,
        next_mql_at,
        last_change_at,
        coalesce(
            closed_at is null
            and {{ as_of() }} >= {{ add_hours(
                'last_change_at', '24 * ' ~ parameter('stale_after_days')
            ) }},
            false
        ) as is_stale,
        deal_count,
        amount_won,
        amount_open
    from joined
)

select * from final
