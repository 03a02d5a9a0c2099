-- The stages and outcomes that rates start or end with, one under the other. The recorded (strict)
-- date starts a rate, the filled one ends it. A rejection (disqualified or recycled) is dated by
-- the close and told by who rejected; a default acceptance by the end of the time that sales had.

with

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
),

dates as (
    select
        handoff_key, source_id, campaign_key, 'mql' as stage, mql_at as strict_at,
        mql_at as filled_at, false as is_inferred
    from handoffs
    {% for stage in ['accepted', 'sql', 'opportunity'] -%}
    union all
    select
        handoff_key, source_id, campaign_key, '{{ stage }}' as stage,
        strict_{{ stage }}_at as strict_at, {{ stage }}_at as filled_at,
        {{ stage }}_is_inferred as is_inferred
    from handoffs
    {% endfor -%}
    union all
    select
        handoff_key, source_id, campaign_key, 'won' as stage, strict_won_at as strict_at,
        won_at as filled_at, false as is_inferred
    from handoffs
    union all
    select
        handoff_key, source_id, campaign_key, 'rejected' as stage, closed_at as strict_at,
        closed_at as filled_at, false as is_inferred
    from handoffs
    where status in ('disqualified', 'recycled')
    union all
    select
        handoff_key, source_id, campaign_key, 'rejected_by_' || rejected_by as stage,
        closed_at as strict_at, closed_at as filled_at, false as is_inferred
    from handoffs
    where rejected_by is not null
    union all
    select
        handoff_key, source_id, campaign_key, 'recycled' as stage, closed_at as strict_at,
        closed_at as filled_at, false as is_inferred
    from handoffs
    where status = 'recycled'
    union all
    select
        handoff_key, source_id, campaign_key, 'default_accepted' as stage,
        {{ add_hours('assigned_at', parameter('default_accept_hours')) }} as strict_at,
        {{ add_hours('assigned_at', parameter('default_accept_hours')) }} as filled_at,
        false as is_inferred
    from handoffs
    where is_default_accepted
),

final as (
    select
        handoff_key || '/' || stage as stage_date_key,
        handoff_key,
        source_id,
        coalesce(campaign_key, '(none)') as campaign_key,
        stage,
        strict_at,
        filled_at,
        is_inferred
    from dates
    where filled_at is not null
)

select * from final
