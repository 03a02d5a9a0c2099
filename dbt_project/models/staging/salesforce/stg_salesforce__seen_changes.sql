-- Values of which no history tells. Without an entry a field of a record has not changed since the
-- organization tracks it. So what was seen first held since the record was created, if its history
-- begins there; else since the first entry of that field on any record, when the field was tracked
-- at the latest. A field that no record has an entry of may not be tracked at all (contacts never
-- are read so), and the entries of a long text are silent: such values are known from the day on
-- which we first saw each.

with

tracked as (
    select distinct source_id, object, property
    from {{ playbook('tracked_properties') }}
    where property <> 'IsConverted'
),

records as (
    select * from {{ ref('stg_salesforce__tracked_records') }}
),

versions as (
    select 'leads' as object, * from {{ landed('salesforce__leads') }}
    union all
    select 'contacts' as object, * from {{ landed('salesforce__contacts') }}
    union all
    select 'deals' as object, * from {{ landed('salesforce__deals') }}
),

told as (
    select distinct source_id, object, record_id, property
    from {{ ref('stg_salesforce__told_changes') }}
),

field_history as (
    select * from {{ ref('stg_salesforce__field_history') }}
),

silent_fields as (
    select distinct source_id, object, record_id, property from field_history
    where is_silent
),

tracked_since as (
    select
        source_id,
        object,
        property,
        min(changed_at) as tracked_since
    from field_history
    where not is_silent
    group by source_id, object, property
),

seen_values as (
    select
        versions.source_id,
        versions.object,
        versions.id as record_id,
        tracked.property,
        versions.fields[tracked.property] as value,
        versions.landed_at,
        row_number() over (
            partition by versions.source_id, versions.object, versions.id, tracked.property
            order by versions.run_id, versions.part_file, versions.fields['SystemModstamp']
        ) as version_number
    from versions
    inner join tracked
        on versions.source_id = tracked.source_id and versions.object = tracked.object
    left join told
        on
            versions.source_id = told.source_id
            and versions.object = told.object
            and versions.id = told.record_id
            and tracked.property = told.property
    where told.record_id is null
),

seen_changes as (
    select *
    from seen_values
    qualify
        value is distinct from lag(value) over (
            partition by source_id, object, record_id, property order by version_number
        )
),

numbered as (
    select
        *,
        row_number() over (
            partition by source_id, object, record_id, property order by version_number
        ) as age_rank
    from seen_changes
),

dated as (
    select
        numbered.source_id,
        numbered.object,
        numbered.record_id,
        numbered.property,
        numbered.value,
        numbered.age_rank,
        numbered.landed_at,
        records.created_at,
        records.created_by_user_id,
        case
            when numbered.age_rank = 1 and silent_fields.record_id is null
                then
                    case
                        when tracked_since.tracked_since is null then null
                        when records.is_tracked_from_creation then records.created_at
                        when tracked_since.tracked_since <= records.created_at
                            then records.created_at
                        else tracked_since.tracked_since
                    end
        end as unchanged_since
    from numbered
    inner join records
        on
            numbered.source_id = records.source_id
            and numbered.object = records.object
            and numbered.record_id = records.record_id
    left join tracked_since
        on
            numbered.source_id = tracked_since.source_id
            and numbered.object = tracked_since.object
            and numbered.property = tracked_since.property
            and numbered.landed_at >= tracked_since.tracked_since
    left join silent_fields
        on
            numbered.source_id = silent_fields.source_id
            and numbered.object = silent_fields.object
            and numbered.record_id = silent_fields.record_id
            and numbered.property = silent_fields.property
),

final as (
    select
        source_id,
        object,
        record_id,
        property,
        value,
        case when unchanged_since is null then 'first_seen' else 'history' end as judged_from,
        coalesce(unchanged_since, landed_at) as changed_at,
        age_rank,
        case when unchanged_since = created_at then created_by_user_id end as changed_by_user_id,
        landed_at as first_landed_at
    from dated
)

select * from final
