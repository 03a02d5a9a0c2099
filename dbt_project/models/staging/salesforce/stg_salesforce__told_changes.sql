-- What Salesforce itself tells of the past. Where OpportunityHistory and OpportunityFieldHistory
-- both tell of a change, the former counts: it has every opportunity from its creation on. What was
-- old in the first entry of a field history held since the record was created. A conversion is told
-- as `IsConverted` turning true, which it never was before.

with

records as (
    select * from {{ ref('stg_salesforce__tracked_records') }}
),

stage_history as (
    select * from {{ ref('stg_salesforce__stage_history') }}
),

told_by_stage_history as (
    select distinct source_id, record_id, property from stage_history
),

field_history as (
    select entries.*
    from {{ ref('stg_salesforce__field_history') }} as entries
    left join told_by_stage_history
        on
            entries.object = 'deals'
            and entries.source_id = told_by_stage_history.source_id
            and entries.record_id = told_by_stage_history.record_id
            and entries.property = told_by_stage_history.property
    where not entries.is_silent and told_by_stage_history.record_id is null
),

tracked_conversions as (
    select conversions.*
    from {{ ref('stg_salesforce__conversions') }} as conversions
    inner join (
        select distinct source_id from {{ playbook('tracked_properties') }}
        where object = 'leads' and property = 'IsConverted'
    ) as tracked
        on conversions.source_id = tracked.source_id
),

new_values as (
    select
        source_id,
        object,
        record_id,
        property,
        entry_id,
        value,
        true as is_picture,
        changed_at,
        changed_by_user_id,
        first_landed_at
    from stage_history
    union all
    select
        source_id,
        object,
        record_id,
        property,
        entry_id,
        new_value as value,
        false as is_picture,
        changed_at,
        changed_by_user_id,
        first_landed_at
    from field_history
    union all
    select
        source_id,
        'leads' as object,
        record_id,
        'IsConverted' as property,
        'leadConverted' as entry_id,
        'true' as value,
        false as is_picture,
        converted_at as changed_at,
        converted_by_user_id as changed_by_user_id,
        first_landed_at
    from tracked_conversions
),

numbered as (
    select
        *,
        row_number() over (
            partition by source_id, object, record_id, property order by changed_at, entry_id
        ) as age_rank
    from new_values
),

-- An import may date the record itself further back than the first picture of it.
since_the_creation as (
    select
        numbered.source_id,
        numbered.object,
        numbered.record_id,
        numbered.property,
        numbered.value,
        case
            when numbered.age_rank = 1 and numbered.is_picture
                then least(numbered.changed_at, coalesce(records.created_at, numbered.changed_at))
            else numbered.changed_at
        end as changed_at,
        numbered.age_rank,
        numbered.changed_by_user_id,
        numbered.first_landed_at
    from numbered
    left join records
        on
            numbered.source_id = records.source_id
            and numbered.object = records.object
            and numbered.record_id = records.record_id
),

first_entries as (
    select *
    from field_history
    qualify
        row_number() over (
            partition by source_id, object, record_id, property order by changed_at, entry_id
        ) = 1
),

values_before as (
    select
        first_entries.source_id,
        first_entries.object,
        first_entries.record_id,
        first_entries.property,
        first_entries.old_value as value,
        least(first_entries.changed_at, records.created_at) as changed_at,
        cast(0 as bigint) as age_rank,
        records.created_by_user_id as changed_by_user_id,
        first_entries.first_landed_at
    from first_entries
    inner join records
        on
            first_entries.source_id = records.source_id
            and first_entries.object = records.object
            and first_entries.record_id = records.record_id
    where first_entries.old_value is not null
),

final as (
    select * from since_the_creation
    union all
    select * from values_before
)

select * from final
