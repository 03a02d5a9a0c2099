-- Nothing is dropped between what the CRM told and the timeline: a mapped event of a person in the
-- funnel that no better source overrules stands in exactly one place of the timeline.

with

events as (
    select * from {{ ref('int_lifecycle__stage_events') }}
    where stage <> 'unmapped' and person_key is not null and not is_overruled
),

timeline as (
    select event_key, count(*) as places
    from {{ ref('int_handoffs__trip_events') }}
    group by event_key
),

people as (
    select distinct person_key from {{ ref('int_handoffs__timeline') }}
)

select
    events.event_key,
    timeline.places
from events
inner join people
    on events.person_key = people.person_key
left join timeline
    on events.event_key = timeline.event_key
where coalesce(timeline.places, 0) <> 1
