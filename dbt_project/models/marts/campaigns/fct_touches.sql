-- A touch triggered a handoff when it was the last one before that handoff's MQL; a touch can
-- trigger two, if the first closed without another touch before the next.

with

touches as (
    select * from {{ ref('int_touches__person_touches') }}
),

triggered as (
    select
        touch_key,
        count(*) as triggered_handoffs
    from {{ ref('int_campaigns__trigger_touch') }}
    where touch_key is not null
    group by touch_key
),

excluded_people as (
    select distinct person_key from {{ ref('int_people__exclusions') }}
),

final as (
    select
        touches.touch_key,
        touches.person_key,
        touches.source_id,
        touches.touch_id,
        touches.touch_at,
        {{ local_date('touches.touch_at', parameter('reporting_time_zone')) }} as touch_date,
        touches.touch_number,
        touches.touch_kind,
        touches.form_id,
        touches.form_name,
        touches.offer_id,
        touches.offer_type,
        touches.theme,
        touches.campaign_key,
        touches.campaign_source,
        touches.landing_page,
        cast(coalesce(triggered.triggered_handoffs, 0) as bigint) as triggered_handoffs,
        excluded_people.person_key is not null as is_excluded
    from touches
    left join triggered
        on touches.touch_key = triggered.touch_key
    left join excluded_people
        on touches.person_key = excluded_people.person_key
)

select * from final
