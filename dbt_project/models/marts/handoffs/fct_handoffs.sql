-- Everything that is known of a handoff, from one model a rule; nothing is decided here.

with

trips as (
    select * from {{ ref('int_handoffs__trips') }}
),

stages as (
    select * from {{ ref('int_handoffs__stages') }}
),

speed as (
    select * from {{ ref('int_speed__handoff_speed') }}
),

trigger_touches as (
    select * from {{ ref('int_campaigns__trigger_touch') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

reasons as (
    select * from {{ ref('int_reasons__handoff_reasons') }}
),

completeness as (
    select * from {{ ref('int_fields__handoff_completeness') }}
),

people as (
    select * from {{ ref('dim_people') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

owners as (
    select * from {{ ref('int_owners__owner_roles') }}
),

records as (
    select * from {{ crm_union('person_records') }}
),

acting_records as (
    select * from {{ ref('int_handoffs__acting_records') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
),

final as (
    select
        -- ids
        trips.handoff_key,
        trips.person_key,
        trips.source_id,
        trips.mql_record_key,
        people.company_key,
        trigger_touches.campaign_key,
        trigger_touches.touch_key as trigger_touch_key,
        trigger_touches.offer_id,
        speed.current_owner_key as owner_key,
        speed.assigned_owner_key,
        owners.team_id,
        speed.calendar_id,
        stages.accepted_source_id,
        stages.sql_source_id,
        stages.opportunity_source_id,
        stages.won_source_id,
        trips.exit_source_id,
        trips.exit_record_key,
        coalesce(acting_records.record_key, trips.mql_record_key) as acting_record_key,
        run_context.playbook_version_key,

        -- strings
        coalesce(records.record_url, people.record_url) as crm_url,
        coalesce(acting_records.record_url, records.record_url, people.record_url) as acting_url,
        case
            when trips.exit_stage is not null then trips.exit_stage
            when trips.is_stale then 'stale'
            else 'open'
        end as status,
        trips.exit_stage,
        case
            when stages.won_at is not null then 'won'
            when stages.opportunity_at is not null then 'opportunity'
            when stages.sql_at is not null then 'sql'
            when stages.accepted_at is not null then 'accepted'
            else 'mql'
        end as furthest_stage,
        stages.accepted_by,
        case
            when trips.exit_stage in ('disqualified', 'recycled')
                then case when stages.sql_at is null then 'sdr' else 'ae' end
        end as rejected_by,
        reasons.reason,
        reasons.reason_raw_value,
        coalesce(campaigns.campaign_name, trigger_touches.campaign_key) as campaign_name,
        campaigns.channel,
        campaigns.persona,
        trigger_touches.offer_type,
        coalesce(trigger_touches.theme, campaigns.theme) as theme,
        trigger_touches.landing_page,
        coalesce(companies.industry, people.industry) as industry,
        coalesce(companies.country, people.country) as country,
        companies.company_size_band,
        coalesce(companies.icp_fit, 'unknown') as icp_fit,
        speed.sla_tier,
        speed.sla_status,
        people.exclusion_kind,

        -- numerics
        trips.handoff_number,
        speed.system_delay_minutes,
        speed.system_delay_business_minutes,
        speed.human_delay_minutes,
        speed.human_delay_business_minutes,
        speed.speed_to_lead_minutes,
        speed.speed_to_lead_business_minutes,
        speed.minutes_late,
        completeness.fields_required,
        completeness.fields_filled,
        completeness.fields_filled_later,
        completeness.fields_missing,
        trips.deal_count,
        cast(trips.amount_won as double) as amount_won,
        cast(trips.amount_open as double) as amount_open,

        -- booleans
        trips.closed_at is null as is_open,
        trips.is_stale,
        trips.is_clamped,
        stages.is_default_accepted,
        stages.accepted_is_inferred,
        stages.sql_is_inferred,
        stages.opportunity_is_inferred,
        speed.has_owner,
        speed.has_next_step,
        coalesce(records.is_archived, false) as is_archived,
        coalesce(people.is_excluded, false) as is_excluded,

        -- dates
        {{ local_date('trips.mql_at', parameter('reporting_time_zone')) }} as mql_date,
        cast(date_trunc(
            'week', {{ local_date('trips.mql_at', parameter('reporting_time_zone')) }}
        ) as date) as mql_week,
        cast(date_trunc(
            'month', {{ local_date('trips.mql_at', parameter('reporting_time_zone')) }}
        ) as date) as mql_month,

        -- timestamps
        trips.mql_at,
        stages.accepted_at,
        stages.sql_at,
        stages.opportunity_at,
        stages.won_at,
        stages.strict_accepted_at,
        stages.strict_sql_at,
        stages.strict_opportunity_at,
        stages.strict_won_at,
        stages.lost_at,
        stages.disqualified_at,
        stages.recycled_at,
        stages.expired_at,
        trips.closed_at,
        speed.assigned_at,
        speed.first_touch_at,
        speed.first_automated_touch_at,
        speed.sla_due_at
    from trips
    inner join stages
        on trips.handoff_key = stages.handoff_key
    left join speed
        on trips.handoff_key = speed.handoff_key
    left join trigger_touches
        on trips.handoff_key = trigger_touches.handoff_key
    left join campaigns
        on trigger_touches.campaign_key = campaigns.campaign_key
    left join reasons
        on trips.handoff_key = reasons.handoff_key
    left join completeness
        on trips.handoff_key = completeness.handoff_key
    left join people
        on trips.person_key = people.person_key
    left join companies
        on people.company_key = companies.company_key
    left join owners
        on speed.current_owner_key = owners.owner_key
    left join records
        on trips.mql_record_key = records.record_key
    left join acting_records
        on trips.handoff_key = acting_records.handoff_key
    cross join run_context
)

select * from final
