-- A mail from a person is a touch of its own unless it answers sales: unless the person was sent a
-- mail of sales, by hand or by a sequence, in the quiet days before it (30, to the instant).

with

activities as (
    select * from {{ ref('int_activities__person_activities') }}
    where activity_type = 'email' and person_key is not null and occurred_at is not null
),

owner_roles as (
    select * from {{ ref('int_owners__owner_roles') }}
),

mails as (
    select
        activities.activity_key,
        activities.person_key,
        activities.source_id,
        activities.record_key,
        activities.occurred_at,
        activities.direction = 'incoming' as is_incoming,
        activities.direction = 'outgoing' and coalesce(owner_roles.is_sales, false)
            as is_sales_mail
    from activities
    left join owner_roles
        on activities.owner_key = owner_roles.owner_key
    where activities.direction in ('incoming', 'outgoing')
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
),

final as (
    select
        activity_key as touch_key,
        person_key,
        source_id,
        record_key as touch_id,
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
