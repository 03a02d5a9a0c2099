-- An activity belongs to the latest handoff of its person that had begun and had not closed before
-- it. One that lies ahead (an open task, a meeting to come) belongs to the handoff that is open
-- now.

with

activities as (
    select * from {{ ref('int_activities__person_activities') }}
),

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

first_touches as (
    select * from {{ ref('int_speed__first_touches') }}
),

dated_activities as (
    select
        *,
        least(coalesce(occurred_at, {{ as_of() }}), {{ as_of() }}) as judged_at
    from activities
),

with_handoffs as (
    select
        dated_activities.activity_key,
        dated_activities.person_key,
        trips.handoff_key
    from dated_activities
    inner join trips
        on
            dated_activities.person_key = trips.person_key
            and dated_activities.judged_at >= trips.mql_at
            and (trips.closed_at is null or dated_activities.judged_at <= trips.closed_at)
    qualify
        row_number() over (
            partition by dated_activities.activity_key, dated_activities.person_key
            order by trips.mql_at desc, trips.handoff_key
        ) = 1
),

final as (
    select
        md5(dated_activities.activity_key || '/' || dated_activities.person_key)
            as activity_person_key,
        dated_activities.activity_key,
        dated_activities.person_key,
        with_handoffs.handoff_key,
        dated_activities.source_id,
        dated_activities.object,
        dated_activities.record_id,
        dated_activities.activity_type,
        dated_activities.direction,
        dated_activities.status,
        dated_activities.owner_key,
        dated_activities.is_sales_human,
        dated_activities.is_automated,
        dated_activities.is_human_touch,
        dated_activities.is_automated_touch,
        first_touches.handoff_key is not null as is_first_touch,
        dated_activities.is_archived,
        dated_activities.occurred_at,
        dated_activities.due_at,
        dated_activities.created_at
    from dated_activities
    left join with_handoffs
        on
            dated_activities.activity_key = with_handoffs.activity_key
            and dated_activities.person_key = with_handoffs.person_key
    left join first_touches
        on
            with_handoffs.handoff_key = first_touches.handoff_key
            and dated_activities.activity_key = first_touches.first_touch_activity_key
)

select * from final
