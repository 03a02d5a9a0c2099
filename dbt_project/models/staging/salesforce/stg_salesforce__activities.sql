-- Tasks and events in the canonical shape. Salesforce writes a call or mail as a task of that
-- subtype (older ones of that type) that is closed; while it is open it is a plan, and a task like
-- any other. What was done counts when it was logged, or at the end of an earlier day that it is
-- dated: not later, and on that day. Salesforce does not say on a task whether a mail came in.
-- `IsArchived` is Salesforce's shelf of old activities, not its recycle bin.

with

tasks as (
    select * from {{ landed('salesforce__tasks') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

events as (
    select * from {{ landed('salesforce__meetings') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

users as (
    select
        source_id,
        id as user_id,
        fields['UserType'] as user_type
    from {{ landed('salesforce__owners') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

read_tasks as (
    select
        *,
        replace(coalesce(
            nullif({{ folded("fields['TaskSubtype']") }}, 'task'), {{ folded("fields['Type']") }}
        ), ' ', '') as task_kind,
        {{ crm_instant("fields['CreatedDate']") }} as created_at,
        -- Tasks that were closed before Salesforce kept the instant lack it.
        case
            when {{ is_checked("fields['IsClosed']") }}
                then
                    coalesce(
                        {{ crm_instant("fields['CompletedDateTime']") }},
                        {{ crm_instant("fields['LastModifiedDate']") }},
                        {{ crm_instant("fields['SystemModstamp']") }}
                    )
        end as closed_at,
        {{ end_of_date("fields['ActivityDate']") }} as end_of_its_day
    from tasks
),

typed_tasks as (
    select
        *,
        case
            when closed_at is not null and task_kind = 'call' then 'call'
            when closed_at is not null and task_kind in ('email', 'listemail') then 'email'
            else 'task'
        end as activity_type
    from read_tasks
),

activities as (
    select
        source_id,
        'tasks' as object,
        id,
        fields,
        activity_type,
        case
            when activity_type = 'call' then {{ folded("fields['CallType']") }}
            when activity_type = 'email' then 'outgoing'
        end as crm_direction,
        task_kind = 'listemail' as is_list_mail,
        case
            when activity_type <> 'task'
                then least(closed_at, coalesce(end_of_its_day, closed_at))
        end as occurred_at,
        case when activity_type = 'task' then closed_at end as task_completed_at,
        case when activity_type = 'task' then end_of_its_day end as due_at,
        created_at
    from typed_tasks
    union all
    -- An event of all day has a date and no hour; its start is written as midnight of no zone.
    select
        source_id,
        'meetings' as object,
        id,
        fields,
        'meeting' as activity_type,
        cast(null as varchar) as crm_direction,
        false as is_list_mail,
        coalesce(
            case
                when {{ is_checked("fields['IsAllDayEvent']") }}
                    then {{ start_of_date("fields['ActivityDate']") }}
            end,
            {{ crm_instant("fields['StartDateTime']") }},
            {{ start_of_date("fields['ActivityDate']") }},
            {{ crm_instant("fields['CreatedDate']") }}
        ) as occurred_at,
        cast(null as timestamp) as task_completed_at,
        cast(null as timestamp) as due_at,
        {{ crm_instant("fields['CreatedDate']") }} as created_at
    from events
),

final as (
    select
        -- ids
        activities.source_id,
        activities.object,
        activities.id as record_id,
        {{ record_key('activities.source_id', 'activities.object', 'activities.id') }}
            as record_key,
        activities.fields['OwnerId'] as owner_id,

        -- strings
        activities.activity_type,
        case activities.crm_direction
            when 'outbound' then 'outgoing'
            when 'inbound' then 'incoming'
            when 'outgoing' then 'outgoing'
            when 'internal' then 'internal'
        end as direction,
        case
            when activities.activity_type in ('call', 'email') then 'completed'
            when
                activities.activity_type = 'task'
                and activities.task_completed_at <= {{ as_of() }}
                then 'completed'
            when activities.activity_type = 'task' then 'open'
        end as status,
        activities.fields['Subject'] as subject,

        -- booleans
        activities.activity_type in ('call', 'email')
        and (
            coalesce(activities.is_list_mail, false)
            or coalesce(users.user_type, 'Standard') <> 'Standard'
        ) as is_automated,
        {{ is_checked("activities.fields['IsDeleted']") }} as is_archived,

        -- timestamps
        activities.occurred_at,
        case
            when activities.task_completed_at <= {{ as_of() }} then activities.task_completed_at
        end as completed_at,
        activities.due_at,
        activities.created_at
    from activities
    left join users
        on
            activities.source_id = users.source_id
            and activities.fields['CreatedById'] = users.user_id
    where activities.created_at is null or activities.created_at <= {{ as_of() }}
)

select * from final
