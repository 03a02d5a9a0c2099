-- Every event of the timeline with the handoff that it belongs to and what it did there. An event
-- outside any handoff (before the first MQL) has no handoff.

with

folded as (
    select * from {{ ref('int_handoffs__folded_events') }}
),

timeline as (
    select * from {{ ref('int_handoffs__timeline') }}
),

openings as (
    select
        folded.person_key,
        folded.handoff_number,
        md5(
            timeline.source_id || '/' || timeline.object || '/' || timeline.record_id || '/'
            || timeline.property || '/' || cast(timeline.occurred_at as varchar)
        ) as handoff_key
    from folded
    inner join timeline
        on folded.event_key = timeline.event_key
    where folded.effect in ('opened', 'expired')
),

final as (
    select
        timeline.*,
        folded.handoff_number,
        openings.handoff_key,
        folded.effect,
        folded.is_open as is_open_after,
        folded.last_change_at,
        folded.deal_keys,
        folded.open_deal_keys
    from timeline
    inner join folded
        on timeline.event_key = folded.event_key
    left join openings
        on
            folded.person_key = openings.person_key
            and folded.handoff_number = openings.handoff_number
)

select * from final
