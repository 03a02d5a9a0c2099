-- A mail from a person is a touch of its own unless it answers sales: unless the person was sent a
-- mail of sales, by hand or by a sequence, in the quiet days before it (30, to the instant).
-- A mail that two people are linked to is a touch of each.

with

mails as (
    select
        activity_key,
        person_key,
        source_id,
        record_id,
        occurred_at,
        coalesce(direction = 'incoming', false) as is_incoming,
        is_human_touch or (is_automated_touch and is_sales_human) as is_sales_mail
    from {{ ref('int_activities__person_activities') }}
    where activity_type = 'email' and occurred_at <= {{ as_of() }}
),

with_last_sales_mail as (
    select
        *,
        max(case when is_sales_mail then occurred_at end) over (
            partition by person_key
            order by occurred_at, case when is_incoming then 0 else 1 end, activity_key
            rows between unbounded preceding and 1 preceding
        ) as last_sales_mail_at
    from mails
    where is_incoming or is_sales_mail
),

final as (
    select
        activity_key || '/' || person_key as touch_key,
        person_key,
        source_id,
        record_id as touch_id,
        occurred_at as touch_at
    from with_last_sales_mail
    where
        is_incoming
        and (
            last_sales_mail_at is null
            or last_sales_mail_at
            < {{ add_hours('occurred_at', '-24 * ' ~ parameter('inbound_mail_quiet_days')) }}
        )
)

select * from final
