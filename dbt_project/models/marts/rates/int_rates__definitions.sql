-- Which shares of handoffs are given, from the date of their start stage, and for which horizons.
-- Horizons are 30, 60 and 90 days, the playbook's headline horizon, and none (null).
-- Outcomes that turn a handoff back are shares of the MQLs, with no period basis; they are measured
-- where the source records what they need (`needs`), else there is no row, rather than a zero.

with

rates as (
    {% for start_stage, end_stage in [
        ('mql', 'accepted'), ('accepted', 'sql'), ('sql', 'opportunity'), ('opportunity', 'won'),
        ('mql', 'sql'), ('mql', 'won'),
    ] -%}
    select
        '{{ start_stage }}' as start_stage, '{{ end_stage }}' as end_stage, true as has_period,
        'stages' as needs
    union all
    {% endfor -%}
    {% for end_stage, needs in [
        ('rejected', 'reasons'), ('rejected_by_sdr', 'reasons'), ('rejected_by_ae', 'reasons'),
        ('recycled', 'reasons'), ('default_accepted', 'owners'),
    ] -%}
    select
        'mql' as start_stage, '{{ end_stage }}' as end_stage, false as has_period,
        '{{ needs }}' as needs
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

horizons as (
    select 30 as horizon_days
    union
    select 60 as horizon_days
    union
    select 90 as horizon_days
    union
    select cast({{ parameter('headline_horizon_days') }} as integer) as horizon_days
    union
    select cast(null as integer) as horizon_days
),

final as (
    select
        rates.start_stage,
        rates.end_stage,
        rates.has_period,
        rates.needs,
        horizons.horizon_days
    from rates
    cross join horizons
)

select * from final
