-- The stages of opportunities are the values of one picklist, whatever the record type; those that
-- opportunities still hold are stages too, when they are no longer in it. Whether a stage is closed
-- stands on the opportunities that are in it.

with

described as (
    select *
    from {{ landed('salesforce__properties') }}
    where "objectType" = 'deals' and name = 'StageName'
    qualify
        row_number() over (partition by source_id order by run_id desc, part_file desc) = 1
),

picklist as (
    select
        source_id,
        "picklistValues" as listed,
        {{ exploded('"picklistValues"') }} as picked
    from described
),

latest_deals as (
    select *
    from {{ landed('salesforce__deals') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

used_stages as (
    select
        source_id,
        fields['StageName'] as stage_id,
        bool_or({{ is_checked("fields['IsClosed']") }}) as is_closed
    from latest_deals
    where fields['StageName'] is not null
    group by source_id, fields['StageName']
),

listed_stages as (
    select
        source_id,
        picked.value as stage_id,
        picked.label as stage_label,
        cast({{ list_place('listed', 'picked') }} as bigint) as stage_order
    from picklist
),

stages as (
    select
        coalesce(listed_stages.source_id, used_stages.source_id) as source_id,
        coalesce(listed_stages.stage_id, used_stages.stage_id) as stage_id,
        coalesce(listed_stages.stage_label, used_stages.stage_id) as stage_label,
        listed_stages.stage_order,
        coalesce(used_stages.is_closed, false) as is_closed
    from listed_stages
    full join used_stages
        on
            listed_stages.source_id = used_stages.source_id
            and listed_stages.stage_id = used_stages.stage_id
),

pipelines as (
    select source_id, 'default' as pipeline_id from stages
    union
    select source_id, fields['RecordTypeId'] as pipeline_id from latest_deals
    where fields['RecordTypeId'] is not null
),

final as (
    select
        stages.source_id,
        'deals' as object,
        pipelines.pipeline_id,
        pipelines.pipeline_id as pipeline_label,
        stages.stage_id,
        stages.stage_label,
        stages.stage_order,
        stages.is_closed
    from stages
    inner join pipelines
        on stages.source_id = pipelines.source_id
)

select * from final
