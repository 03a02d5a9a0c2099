-- Business that went past the funnel: `no_mql` (SQL, opportunity or won with no MQL before),
-- `after_close` (a deal that began, won or moved on after its handoff closed, or a new stage with
-- no new MQL), `no_person` (a deal with nobody). One row a deal; a contact's stages make a row of
-- their own only where no deal tells the same stretch. It is dated by its first event.

with

bypass_events as (
    select * from {{ ref('int_handoffs__trip_events') }}
    where effect = 'bypass'
),

changes as (
    select * from {{ ref('int_lifecycle__stage_changes') }}
),

deal_people as (
    select * from {{ ref('int_lifecycle__deal_people') }}
    where person_role = 'primary'
),

deals as (
    select * from {{ ref('int_deals__deals') }}
),

deal_bypasses as (
    select *
    from bypass_events
    where deal_key is not null
    qualify row_number() over (partition by deal_key order by event_number) = 1
),

contact_bypasses as (
    select bypass_events.*
    from bypass_events
    left join (
        select distinct person_key, handoff_number from bypass_events where deal_key is not null
    ) as told_by_deals
        on
            bypass_events.person_key = told_by_deals.person_key
            and bypass_events.handoff_number = told_by_deals.handoff_number
    where bypass_events.deal_key is null and told_by_deals.person_key is null
    qualify
        row_number() over (
            partition by bypass_events.person_key, bypass_events.handoff_number
            order by bypass_events.event_number
        ) = 1
),

of_people as (
    select
        case when handoff_number = 0 then 'no_mql' else 'after_close' end as kind,
        person_key,
        handoff_key,
        deal_key,
        record_key,
        source_id,
        stage,
        event_at as bypassed_at
    from (
        select * from deal_bypasses
        union all
        select * from contact_bypasses
    ) as events
),

of_nobody as (
    select
        'no_person' as kind,
        cast(null as varchar) as person_key,
        cast(null as varchar) as handoff_key,
        changes.deal_key,
        changes.record_key,
        changes.source_id,
        changes.stage,
        changes.occurred_at as bypassed_at
    from changes
    left join deal_people
        on changes.deal_key = deal_people.deal_key
    where changes.deal_key is not null and deal_people.deal_key is null
    qualify
        row_number() over (
            partition by changes.deal_key order by changes.occurred_at, changes.change_number
        ) = 1
),

final as (
    select
        md5('bypass/' || bypasses.record_key || '/' || cast(bypasses.bypassed_at as varchar))
            as bypass_key,
        bypasses.kind,
        bypasses.person_key,
        bypasses.handoff_key,
        bypasses.deal_key,
        bypasses.record_key,
        bypasses.source_id,
        bypasses.stage as first_stage,
        bypasses.bypassed_at,
        deals.amount,
        deals.currency
    from (
        select * from of_people
        union all
        select * from of_nobody
    ) as bypasses
    left join deals
        on bypasses.deal_key = deals.deal_key
)

select * from final
