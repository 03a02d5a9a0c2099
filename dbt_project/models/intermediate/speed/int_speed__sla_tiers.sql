-- The first rule of the playbook that fits the trigger touch names the tier; a rule fits when every
-- thing that it names (offer type, form) is that of the touch. No rule or no touch: the default.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

trigger_touches as (
    select * from {{ ref('int_campaigns__trigger_touch') }}
),

sla_rules as (
    select * from {{ playbook('sla_rules') }}
),

sla_tiers as (
    select * from {{ playbook('sla_tiers') }}
),

fitting_rules as (
    select
        trigger_touches.handoff_key,
        sla_rules.tier
    from trigger_touches
    inner join sla_rules
        on
            (sla_rules.offer_type is null or sla_rules.offer_type = trigger_touches.offer_type)
            and (sla_rules.form_id is null or sla_rules.form_id = trigger_touches.form_id)
    qualify
        row_number() over (
            partition by trigger_touches.handoff_key order by sla_rules.priority
        ) = 1
),

tiers as (
    select
        trips.handoff_key,
        coalesce(fitting_rules.tier, {{ parameter('default_sla_tier') }}) as sla_tier
    from trips
    left join fitting_rules
        on trips.handoff_key = fitting_rules.handoff_key
),

final as (
    select
        tiers.handoff_key,
        tiers.sla_tier,
        cast(sla_tiers.business_minutes as integer) as sla_business_minutes
    from tiers
    left join sla_tiers
        on tiers.sla_tier = sla_tiers.tier
)

select * from final
