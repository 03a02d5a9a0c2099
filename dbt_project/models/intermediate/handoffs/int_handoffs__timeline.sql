-- The stage events of each person in the order in which they are told, numbered from 1.
-- At one instant: mql, accepted, sql, opportunity, won, lost, disqualified, recycled.
-- A stage dated before the MQL but on the same local date, while nothing was open, is told at the
-- MQL's instant (`is_clamped`): date-only fields make such cases. Nothing was open when the last
-- MQL or exit before it was an exit, or there was none.
-- Of several records that tell one event, the one that told it first stands first: a survivor that
-- takes in the history of a merged record does not become its teller.
-- People who never left `new` and `engaged` have no timeline, nor have events of deals with nobody.

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
    where person_key is not null and stage <> 'unmapped'
),

people_in_the_funnel as (
    select distinct person_key from events
    where stage_rank > 0
),

neighbours as (
    select
        events.*,
        min(case when events.stage = 'mql' then events.occurred_at end) over (
            partition by events.person_key, events.local_date
            order by events.occurred_at, events.stage_rank desc
            rows between 1 following and unbounded following
        ) as later_mql_at,
        last_value(
            case when events.stage_rank = 1 or events.stage_rank >= 5 then events.stage_rank end
            ignore nulls
        ) over (
            partition by events.person_key
            order by events.occurred_at, events.stage_rank
            rows between unbounded preceding and 1 preceding
        ) as last_turn_rank
    from events
    inner join people_in_the_funnel
        on events.person_key = people_in_the_funnel.person_key
),

clamped as (
    select
        *,
        coalesce(
            stage_rank > 1
            and later_mql_at > occurred_at
            and (last_turn_rank is null or last_turn_rank <> 1),
            false
        ) as is_clamped
    from neighbours
),

final as (
    select
        person_key,
        row_number() over (
            partition by person_key
            order by
                case when is_clamped then later_mql_at else occurred_at end,
                stage_rank,
                case when deal_key is null then 1 else 0 end,
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
        case when is_clamped then later_mql_at else occurred_at end as event_at,
        {{ local_date(
            'case when is_clamped then later_mql_at else occurred_at end',
            parameter('reporting_time_zone')
        ) }} as event_date,
        occurred_at,
        is_clamped,
        change_source,
        change_source_id,
        changed_by_user_id,
        changed_by_owner_key,
        is_sales_human,
        judged_from
    from clamped
)

select * from final
