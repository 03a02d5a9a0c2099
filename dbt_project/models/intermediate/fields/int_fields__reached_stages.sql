-- The date of a stage is the filled one: a handoff that skipped a stage owes its fields all the
-- same, as of the stage that it was seen in next.

with

stages as (
    select * from {{ ref('int_handoffs__stages') }}
),

reached as (
    {% for stage in [
        'mql', 'accepted', 'sql', 'opportunity', 'won', 'lost', 'disqualified', 'recycled',
    ] -%}
    select handoff_key, '{{ stage }}' as stage, {{ stage }}_at as stage_at
    from stages
    where {{ stage }}_at is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        handoff_key || '/' || stage as reached_stage_key,
        handoff_key,
        stage,
        stage_at
    from reached
)

select * from final
