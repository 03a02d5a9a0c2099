-- A deal belongs to the handoff that was open when it began; when that handoff expired, the next
-- one took over the deals that were still open.

with

last_states as (
    select *
    from {{ ref('int_handoffs__trip_events') }}
    where handoff_key is not null
    qualify row_number() over (partition by handoff_key order by event_number desc) = 1
),

deals as (
    select * from {{ ref('int_deals__deals') }}
),

wins as (
    select deal_key, min(occurred_at) as won_at
    from {{ ref('int_lifecycle__stage_events') }}
    where stage = 'won' and deal_key is not null and not is_overruled
    group by deal_key
),

deals_of_handoffs as (
    select
        handoff_key,
        handoff_number,
        person_key,
        is_open_after,
        open_deal_keys,
        {{ exploded('deal_keys') }} as deal_key
    from last_states
),

final as (
    select
        deals_of_handoffs.deal_key,
        deals_of_handoffs.handoff_key,
        deals_of_handoffs.person_key,
        deals.amount,
        deals.currency,
        deals.owner_id,
        deals.source_id,
        deals.is_archived,
        wins.won_at,
        deals_of_handoffs.is_open_after
        and {{ list_has('deals_of_handoffs.open_deal_keys', 'deals_of_handoffs.deal_key') }}
            as is_open_deal
    from deals_of_handoffs
    inner join deals
        on deals_of_handoffs.deal_key = deals.deal_key
    left join wins
        on deals_of_handoffs.deal_key = wins.deal_key
    qualify
        row_number() over (
            partition by deals_of_handoffs.deal_key order by deals_of_handoffs.handoff_number desc
        ) = 1
)

select * from final
