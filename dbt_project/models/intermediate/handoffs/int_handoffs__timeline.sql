-- The stage events of each person in the order in which they are told, numbered from 1.
-- At one instant: mql, accepted, sql, opportunity, won, lost, disqualified, recycled.
-- A stage dated before the MQL but on the same local date, while nothing was open, is told at the
-- MQL's instant: date-only fields make such cases. A deal that began that day comes with all its
-- events; an exit of a contact is no stage, nor is an acceptance by automation or others.
-- Whether something was open, only the walk over the events knows. So such an event stands here
-- twice, at its own instant (`may_wait`) and at the MQL's (`is_clamped`), and one of them is told.
-- People who never left `new` and `engaged` have no timeline, nor have events of deals with nobody,
-- nor events of a source that the playbook's precedence overrules.

with

events as (
    select
        *,
        {{ local_date('occurred_at', parameter('reporting_time_zone')) }} as local_date,
        case stage
            when 'mql' then 1
            when 'accepted' then 2
            when 'sql' then 3
            when 'opportunity' then 4
            when 'won' then 5
            when 'lost' then 6
            when 'disqualified' then 7
            when 'recycled' then 8
            else 0
        end as stage_rank
    from {{ ref('int_lifecycle__stage_events') }}
    where person_key is not null and stage <> 'unmapped' and not is_overruled
),

people_in_the_funnel as (
    select distinct person_key from events
    where stage_rank > 0
),

with_neighbours as (
    select
        events.*,
        min(case when events.stage = 'mql' then events.occurred_at end) over (
            partition by events.person_key, events.local_date
            order by events.occurred_at, events.stage_rank desc
            rows between 1 following and unbounded following
        ) as later_mql_at,
        min(case when events.deal_key is not null then events.local_date end) over (
            partition by events.person_key, events.deal_key
        ) as deal_began_on
    from events
    inner join people_in_the_funnel
        on events.person_key = people_in_the_funnel.person_key
),

at_their_instant as (
    select
        *,
        coalesce(
            later_mql_at > occurred_at
            and stage <> 'mql'
            and case
                when deal_key is not null then deal_began_on = local_date
                when stage = 'accepted' then is_sales_human
                else stage_rank between 3 and 5
            end,
            false
        ) as may_wait
    from with_neighbours
),

told_events as (
    select
        *,
        occurred_at as event_at,
        stage_rank as place_at_instant,
        false as is_clamped
    from at_their_instant
    union all
    -- Nothing is told before the MQL at its instant, not even that a deal is new.
    select
        *,
        later_mql_at as event_at,
        greatest(stage_rank, 2) as place_at_instant,
        true as is_clamped
    from at_their_instant
    where may_wait
),

final as (
    select
        person_key,
        row_number() over (
            partition by person_key
            order by
                event_at,
                place_at_instant,
                case when deal_key is null then 1 else 0 end,
                occurred_at,
                first_landed_at,
                record_key,
                property,
                change_number
        ) as event_number,
        event_key,
        source_id,
        object,
        record_id,
        record_key,
        deal_key,
        property,
        raw_value,
        stage,
        stage_rank,
        event_at,
        local_date as event_date,
        occurred_at,
        may_wait and not is_clamped as may_wait,
        is_clamped,
        change_source,
        change_source_id,
        changed_by_user_id,
        changed_by_owner_key,
        is_sales_human,
        judged_from
    from told_events
)

select * from final
