-- All of Pipedrive's activities are things to do that may be done. A call or mail that is done is
-- one, at the instant at which it was marked; while it is not, it is a task, like those of any
-- other type. A meeting is one from the start, and its start is when it is due. Times of day are in
-- UTC.

with

activities as (
    select * from {{ landed('pipedrive__activities') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

typed as (
    select
        *,
        coalesce(done, false) as is_done,
        case
            when {{ folded('type') }} in ('meeting', 'lunch') then 'meeting'
            when coalesce(done, false) and {{ folded('type') }} in ('call', 'email')
                then {{ folded('type') }}
            else 'task'
        end as activity_type,
        {{ crm_instant('add_time') }} as created_at,
        {{ crm_instant("due_date || 'T' || due_time || 'Z'") }} as due_instant,
        coalesce(
            {{ crm_instant('marked_as_done_time') }}, {{ crm_instant('update_time') }}
        ) as done_at
    from activities
),

final as (
    select
        -- ids
        source_id,
        'activities' as object,
        id as record_id,
        {{ record_key('source_id', "'activities'", 'id') }} as record_key,
        owner_id,

        -- strings
        activity_type,
        case when activity_type = 'email' then 'outgoing' end as direction,
        case
            when activity_type = 'meeting' then cast(null as varchar)
            when is_done and done_at <= {{ as_of() }} then 'completed'
            else 'open'
        end as status,
        subject,

        -- booleans
        false as is_automated,
        coalesce(is_deleted, false) as is_archived,

        -- timestamps
        case
            when activity_type = 'meeting'
                then coalesce(due_instant, {{ start_of_date('due_date') }}, created_at)
            when activity_type in ('call', 'email') then done_at
        end as occurred_at,
        case
            when activity_type = 'task' and is_done and done_at <= {{ as_of() }} then done_at
        end as completed_at,
        case
            when activity_type = 'task'
                then coalesce(due_instant, {{ end_of_date('due_date') }})
        end as due_at,
        created_at
    from typed
    where created_at is null or created_at <= {{ as_of() }}
)

select * from final
