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
        on
            folded.person_key = timeline.person_key
            and folded.event_number = timeline.event_number
    where folded.effect in ('opened', 'expired')
),

final as (
    select
        timeline.person_key,
        timeline.event_number,
        timeline.event_key,
        timeline.source_id,
        timeline.object,
        timeline.record_id,
        timeline.record_key,
        timeline.deal_key,
        timeline.property,
        timeline.raw_value,
        timeline.stage,
        timeline.stage_rank,
        timeline.event_at,
        timeline.event_date,
        timeline.occurred_at,
        timeline.is_clamped,
        timeline.change_source,
        timeline.change_source_id,
        timeline.changed_by_user_id,
        timeline.changed_by_owner_key,
        timeline.is_sales_human,
        timeline.judged_from,
        folded.handoff_number,
        openings.handoff_key,
        folded.effect,
        folded.is_open as is_open_after,
        folded.last_change_at,
        folded.deal_keys,
        folded.open_deal_keys
    from timeline
    inner join folded
        on
            timeline.person_key = folded.person_key
            and timeline.event_number = folded.event_number
    left join openings
        on
            folded.person_key = openings.person_key
            and folded.handoff_number = openings.handoff_number
)

select * from final
