-- Calls, one-to-one mails, meetings, tasks and notes in one shape. `hs_timestamp` is the start of a
-- call or meeting, the sending of a mail and the due date of a task. Statuses are folded to words
-- that no CRM owns: `cancelled`, `completed`, `open`, `failed`, `scheduled`, else HubSpot's own.

with

calls as (
    select
        'calls' as object,
        'call' as activity_type,
        *,
        properties['hs_timestamp'] as started_at_text,
        properties['hs_call_title'] as subject,
        case properties['hs_call_direction']
            when 'OUTBOUND' then 'outgoing'
            when 'INBOUND' then 'incoming'
        end as direction,
        {{ folded("properties['hs_call_status']") }} as crm_status
    from {{ landed('hubspot__calls') }}
),

emails as (
    select
        'emails' as object,
        'email' as activity_type,
        *,
        properties['hs_timestamp'] as started_at_text,
        properties['hs_email_subject'] as subject,
        case properties['hs_email_direction']
            when 'EMAIL' then 'outgoing'
            when 'INCOMING_EMAIL' then 'incoming'
            when 'FORWARDED_EMAIL' then 'forwarded'
        end as direction,
        {{ folded("properties['hs_email_status']") }} as crm_status
    from {{ landed('hubspot__emails') }}
),

meetings as (
    select
        'meetings' as object,
        'meeting' as activity_type,
        *,
        coalesce(
            nullif(properties['hs_meeting_start_time'], ''), properties['hs_timestamp']
        ) as started_at_text,
        properties['hs_meeting_title'] as subject,
        cast(null as varchar) as direction,
        {{ folded("properties['hs_meeting_outcome']") }} as crm_status
    from {{ landed('hubspot__meetings') }}
),

tasks as (
    select
        'tasks' as object,
        'task' as activity_type,
        *,
        properties['hs_timestamp'] as started_at_text,
        properties['hs_task_subject'] as subject,
        cast(null as varchar) as direction,
        coalesce({{ folded("properties['hs_task_status']") }}, 'not_started') as crm_status
    from {{ landed('hubspot__tasks') }}
),

notes as (
    select
        'notes' as object,
        'note' as activity_type,
        *,
        properties['hs_timestamp'] as started_at_text,
        cast(null as varchar) as subject,
        cast(null as varchar) as direction,
        cast(null as varchar) as crm_status
    from {{ landed('hubspot__notes') }}
),

activities as (
    select * from calls
    union all
    select * from emails
    union all
    select * from meetings
    union all
    select * from tasks
    union all
    select * from notes
),

latest_versions as (
    select *
    from activities
    qualify
        row_number() over (partition by source_id, object, id order by {{ newest_first() }}) = 1
),

typed as (
    select
        *,
        coalesce(
            {{ crm_instant("properties['hs_createdate']") }}, {{ crm_instant('"createdAt"') }}
        ) as created_at,
        {{ crm_instant('started_at_text') }} as started_at,
        -- HubSpot fills the completion date itself; a task that was imported may lack it.
        case
            when crm_status = 'completed'
                then
                    coalesce(
                        {{ crm_instant("properties['hs_task_completion_date']") }},
                        {{ crm_instant("properties['hs_lastmodifieddate']") }},
                        {{ crm_instant('"updatedAt"') }}
                    )
        end as task_completed_at
    from latest_versions
),

final as (
    select
        -- ids
        source_id,
        object,
        id as record_id,
        {{ record_key('source_id', 'object', 'id') }} as record_key,
        nullif(trim(properties['hubspot_owner_id']), '') as owner_id,

        -- strings
        activity_type,
        direction,
        case
            when activity_type = 'meeting' and crm_status like 'cancel%' then 'cancelled'
            when activity_type = 'task' and task_completed_at <= {{ as_of() }} then 'completed'
            when activity_type = 'task' then 'open'
            else crm_status
        end as status,
        subject,

        -- booleans
        activity_type = 'email' and (
            {{ folded("properties['hs_sequence_id']") }} is not null
            or coalesce(properties['hs_object_source'], '')
            in ('SEQUENCES', 'AUTOMATION_PLATFORM', 'WORKFLOWS', 'MARKETING_EMAIL')
        ) as is_automated,
        coalesce(archived, false) as is_archived,

        -- timestamps
        case when activity_type <> 'task' then coalesce(started_at, created_at) end as occurred_at,
        case
            when activity_type = 'task' and task_completed_at <= {{ as_of() }}
                then task_completed_at
        end as completed_at,
        case when activity_type = 'task' then started_at end as due_at,
        created_at
    from typed
    where created_at is null or created_at <= {{ as_of() }}
)

select * from final
