-- The playbook says, per source, which property's value is which stage. A value that it does not
-- know is `unmapped`: kept and shown, without effect. A cleared property says nothing.
-- The creation of a deal is an event of its own, `opportunity` unless its pipeline says otherwise;
-- deals of a pipeline that does not count are left out. A deal that stands in two CRMs is one: both
-- tell of it, and the record that leads says whether its pipeline counts.

with

changes as (
    select * from {{ crm_union('property_changes') }}
),

deal_records as (
    select * from {{ crm_union('deals') }}
),

leading_records as (
    select * from {{ ref('int_identity__leading_records') }}
    where object = 'deals'
),

deals as (
    select * from {{ ref('int_deals__deals') }}
),

stage_map as (
    select * from {{ playbook('stage_map') }}
),

pipelines as (
    select * from {{ playbook('pipelines') }}
),

counting_deals as (
    select
        deal_records.source_id,
        deal_records.record_id,
        deal_records.record_key,
        deal_records.pipeline_id,
        deal_records.created_at,
        deals.deal_key,
        coalesce(pipelines.creation_stage, 'opportunity') as creation_stage
    from deal_records
    inner join leading_records
        on deal_records.record_key = leading_records.record_key
    inner join deals
        on leading_records.leading_record_key = deals.deal_key
    left join pipelines
        on
            deal_records.source_id = pipelines.source_id
            and deal_records.pipeline_id = pipelines.pipeline_id
    where deals.counts
),

stage_properties as (
    select distinct source_id, object, property from stage_map
),

value_changes as (
    select
        changes.*,
        counting_deals.deal_key,
        counting_deals.pipeline_id
    from changes
    inner join stage_properties
        on
            changes.source_id = stage_properties.source_id
            and changes.object = stage_properties.object
            and changes.property = stage_properties.property
    left join counting_deals
        on changes.record_key = counting_deals.record_key
    where
        {{ folded('changes.value') }} is not null
        and (changes.object <> 'deals' or counting_deals.record_key is not null)
),

-- A mapping for one pipeline goes before the mapping for all of them.
mapped_changes as (
    select
        value_changes.source_id,
        value_changes.object,
        value_changes.record_id,
        value_changes.record_key,
        value_changes.deal_key,
        value_changes.property,
        value_changes.value as raw_value,
        coalesce(in_its_pipeline.stage, in_all_pipelines.stage, 'unmapped') as stage,
        value_changes.changed_at as occurred_at,
        value_changes.change_number,
        value_changes.judged_from,
        value_changes.change_source,
        value_changes.change_source_id,
        value_changes.changed_by_user_id,
        value_changes.first_landed_at
    from value_changes
    left join stage_map as in_its_pipeline
        on
            value_changes.source_id = in_its_pipeline.source_id
            and value_changes.object = in_its_pipeline.object
            and value_changes.property = in_its_pipeline.property
            and {{ folded('value_changes.value') }} = in_its_pipeline.raw_value
            and value_changes.pipeline_id = in_its_pipeline.pipeline_id
    left join (select * from stage_map where pipeline_id is null) as in_all_pipelines
        on
            value_changes.source_id = in_all_pipelines.source_id
            and value_changes.object = in_all_pipelines.object
            and value_changes.property = in_all_pipelines.property
            and {{ folded('value_changes.value') }} = in_all_pipelines.raw_value
),

creations as (
    select
        source_id,
        'deals' as object,
        record_id,
        record_key,
        deal_key,
        'createdate' as property,
        'created' as raw_value,
        creation_stage as stage,
        created_at as occurred_at,
        cast(0 as bigint) as change_number,
        'history' as judged_from,
        cast(null as varchar) as change_source,
        cast(null as varchar) as change_source_id,
        cast(null as varchar) as changed_by_user_id,
        cast(null as timestamp) as first_landed_at
    from counting_deals
    where created_at is not null
),

final as (
    select
        md5(
            record_key || '/' || property || '/' || cast(change_number as varchar)
            || '/' || cast(occurred_at as varchar)
        ) as event_key,
        *
    from (
        select * from mapped_changes
        union all
        select * from creations
    ) as events
)

select * from final
