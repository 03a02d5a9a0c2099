-- Where a change of an open handoff is made: on the record that became MQL, or on the one that it
-- was merged into; if that is gone, on another living record of the person in the same source, the
-- newest first. And by when: the business minutes of its SLA tier, counted from now.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
    where closed_at is null
),

speed as (
    select * from {{ ref('int_speed__handoff_speed') }}
),

record_persons as (
    select * from {{ ref('int_people__record_persons') }}
),

survivors as (
    select * from {{ ref('int_people__merge_survivors') }}
),

living_records as (
    select * from {{ crm_union('person_records') }}
    where not is_archived
),

open_handoffs as (
    select
        trips.handoff_key,
        trips.person_key,
        trips.source_id,
        coalesce(survivors.survivor_record_key, trips.mql_record_key) as mql_record_key,
        speed.calendar_id,
        speed.sla_business_minutes * cast(60000000 as bigint) as tier_micros,
        {{ as_of() }} as now_at
    from trips
    inner join speed
        on trips.handoff_key = speed.handoff_key
    left join survivors
        on trips.mql_record_key = survivors.record_key
),

targets as (
    select
        open_handoffs.*,
        living_records.object,
        living_records.record_id,
        living_records.record_key,
        living_records.record_url
    from open_handoffs
    inner join record_persons
        on
            open_handoffs.person_key = record_persons.person_key
            and open_handoffs.source_id = record_persons.source_id
    inner join living_records
        on record_persons.record_key = living_records.record_key
    where record_persons.is_survivor
    qualify
        row_number() over (
            partition by open_handoffs.handoff_key
            order by
                case
                    when living_records.record_key = open_handoffs.mql_record_key then 0
                    else 1
                end,
                living_records.created_at desc,
                living_records.record_key
        ) = 1
),

in_open_time as (
    select
        targets.*,
        {{ open_micros_until('at_now', 'targets.now_at') }} + targets.tier_micros as due_micros
    from targets
    {{ join_open_time('at_now', 'targets.calendar_id', 'targets.now_at') }}
),

final as (
    select
        in_open_time.handoff_key,
        in_open_time.source_id,
        in_open_time.object,
        in_open_time.record_id,
        in_open_time.record_key,
        in_open_time.record_url,
        {{ instant_of_open_micros('at_due', 'in_open_time.due_micros') }} as act_by_at
    from in_open_time
    {{ join_open_bucket('at_due', 'in_open_time.calendar_id', 'in_open_time.due_micros') }}
)

select * from final
