-- What each event does, told in order. The state that is carried from event to event: the handoff's
-- number, whether it is open, its stage and when that last changed, its deals and those still open,
-- and how the last one closed.
--
-- An MQL opens a handoff while none is open. While one is open it changes nothing, unless the
-- handoff is stale (no change of the mapped stage for `stale_after_days`): then it expires, and the
-- next one takes over its open deals. `won`, `disqualified` and `recycled` close at once; `lost` on
-- a deal closes with the last open deal, `lost` on a contact while at most one deal is open.
-- A deal belongs to the handoff that is open when it begins, which is when its first event is told,
-- and all its later events go there.
-- One outcome told by several records is one event: after a win a contact's `won` is no news, the
-- win of the deal behind it neither, nor a deal or stage of the same local day.
-- What moves on outside an open handoff is a `bypass`, unless an MQL of the same day is to come: it
-- waits, with a deal that had not begun before, and is told at that MQL's instant. The other of the
-- two places of an event is left out.

with recursive

timeline as (
    select * from {{ ref('int_handoffs__timeline') }}
),

folded as (
    select
        person_key,
        cast(0 as bigint) as event_number,
        cast(null as varchar) as event_key,
        cast(0 as bigint) as handoff_number,
        false as is_open,
        cast(null as varchar) as current_stage,
        cast(null as timestamp) as last_change_at,
        {{ empty_text_list() }} as deal_keys,
        {{ empty_text_list() }} as open_deal_keys,
        cast(null as varchar) as exit_stage,
        cast(null as date) as exit_date,
        cast(null as varchar) as won_deal_key,
        {{ empty_text_list() }} as waiting_event_keys,
        {{ empty_text_list() }} as begun_deal_keys,
        cast(null as varchar) as effect
    from timeline
    where event_number = 1

    union all

    select
        person_key,
        event_number,
        event_key,
        case
            when effect in ('opened', 'expired') then handoff_number + 1 else handoff_number
        end as handoff_number,
        case
            when effect in ('opened', 'expired') then true
            when effect = 'closed' then false
            else is_open
        end as is_open,
        case
            when effect in ('opened', 'expired', 'repeated', 'moved', 'closed') then stage
            else current_stage
        end as current_stage,
        case
            when effect in ('opened', 'expired') then event_at
            when effect = 'moved' and coalesce(stage <> current_stage, true) then event_at
            when effect = 'one_deal_lost' then event_at
            else last_change_at
        end as last_change_at,
        case
            when effect = 'opened' then {{ empty_text_list() }}
            when effect = 'expired' then open_deal_keys
            when is_own_deal then {{ list_with('deal_keys', 'deal_key') }}
            else deal_keys
        end as deal_keys,
        case
            when effect = 'opened' then {{ empty_text_list() }}
            when not is_own_deal then open_deal_keys
            when stage = 'lost' then {{ list_without('open_deal_keys', 'deal_key') }}
            when effect = 'moved' then {{ list_with('open_deal_keys', 'deal_key') }}
            else open_deal_keys
        end as open_deal_keys,
        case
            when effect in ('opened', 'expired') then null
            when effect = 'closed' then stage
            else exit_stage
        end as exit_stage,
        case
            when effect in ('opened', 'expired') then null
            when effect = 'closed' then event_date
            else exit_date
        end as exit_date,
        case
            when effect in ('opened', 'expired') then null
            when effect = 'closed' and stage = 'won' then deal_key
            when effect = 'no_news' and stage = 'won' then coalesce(won_deal_key, deal_key)
            else won_deal_key
        end as won_deal_key,
        case
            when effect = 'waits' then {{ list_with('waiting_event_keys', 'event_key') }}
            else waiting_event_keys
        end as waiting_event_keys,
        case
            when deal_key is null or effect in ('waits', 'told_before') then begun_deal_keys
            else {{ list_with('begun_deal_keys', 'deal_key') }}
        end as begun_deal_keys,
        effect
    from (
        select
            *,
            is_told_here and (is_member or is_joining) as is_own_deal,
            case
                when not is_told_here then 'told_before'
                when stage = 'mql' and not is_open then 'opened'
                when stage = 'mql' and is_stale then 'expired'
                when stage = 'mql' then 'repeated'

                -- inside an open handoff
                when is_open and (is_own_deal or deal_key is null)
                    then case
                            when stage in ('won', 'disqualified', 'recycled') then 'closed'
                            when stage = 'lost' and other_open_deals = 0 then 'closed'
                            when stage = 'lost' and deal_key is null and other_open_deals = 1
                                then 'closed'
                            when stage = 'lost' then 'one_deal_lost'
                            else 'moved'
                        end

                -- a deal of a closed handoff, or of none
                when is_own_deal and exit_stage = 'won'
                    and coalesce(won_deal_key = deal_key, won_deal_key is null)
                    then 'no_news'

                -- a contact after the win of its handoff
                when deal_key is null and exit_stage = 'won'
                    and (
                        stage = 'won'
                        or (stage in ('sql', 'opportunity') and event_date = exit_date)
                    )
                    then 'no_news'

                -- whose handoff is closed, or who never had one
                when may_wait and not is_own_deal and not has_begun then 'waits'
                when deal_key is not null and (stage_rank between 2 and 5) then 'bypass'
                when stage in ('sql', 'opportunity', 'won') then 'bypass'
                else 'none'
            end as effect
        from (
            select
                folded.person_key,
                folded.handoff_number,
                folded.is_open,
                folded.current_stage,
                folded.last_change_at,
                folded.deal_keys,
                folded.open_deal_keys,
                folded.exit_stage,
                folded.exit_date,
                folded.won_deal_key,
                folded.waiting_event_keys,
                folded.begun_deal_keys,
                timeline.event_number,
                timeline.event_key,
                timeline.deal_key,
                timeline.stage,
                timeline.stage_rank,
                timeline.event_at,
                timeline.event_date,
                timeline.may_wait,
                coalesce(
                    not timeline.is_clamped
                    or {{ list_has('folded.waiting_event_keys', 'timeline.event_key') }},
                    true
                ) as is_told_here,
                timeline.event_at >= {{ add_hours(
                    'folded.last_change_at', '24 * ' ~ parameter('stale_after_days')
                ) }} as is_stale,
                coalesce(
                    {{ list_has('folded.begun_deal_keys', 'timeline.deal_key') }}, false
                ) as has_begun,
                coalesce(
                    timeline.deal_key is not null
                    and not {{ list_has('folded.begun_deal_keys', 'timeline.deal_key') }}
                    and (
                        folded.is_open
                        or (
                            folded.exit_stage = 'won'
                            and folded.won_deal_key is null
                            and folded.exit_date = timeline.event_date
                        )
                    ),
                    false
                ) as is_joining,
                coalesce(
                    {{ list_has('folded.deal_keys', 'timeline.deal_key') }}, false
                ) as is_member,
                case
                    when timeline.deal_key is null
                        then {{ list_size('folded.open_deal_keys') }}
                    else {{ list_size(list_without('folded.open_deal_keys', 'timeline.deal_key')) }}
                end as other_open_deals
            from folded
            inner join timeline
                on
                    folded.person_key = timeline.person_key
                    and folded.event_number + 1 = timeline.event_number
        ) as arrived
    ) as judged
),

final as (
    select
        person_key,
        event_number,
        event_key,
        handoff_number,
        is_open,
        current_stage,
        last_change_at,
        deal_keys,
        open_deal_keys,
        exit_stage,
        exit_date,
        won_deal_key,
        effect
    from folded
    where event_number > 0 and effect not in ('waits', 'told_before')
)

select * from final
