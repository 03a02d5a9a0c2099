with

pipelines as (
    select * from {{ landed('hubspot__pipelines') }}
),

latest_versions as (
    select *
    from pipelines
    qualify
        row_number() over (
            partition by source_id, "objectType", id order by run_id desc, part_file desc
        ) = 1
),

stages as (
    select
        source_id,
        "objectType" as object,
        id as pipeline_id,
        label as pipeline_label,
        {{ exploded("stages") }} as stage
    from latest_versions
),

final as (
    select
        source_id,
        object,
        pipeline_id,
        pipeline_label,
        stage.id as stage_id,
        stage.label as stage_label,
        stage."displayOrder" as stage_order,
        coalesce(stage.metadata['isClosed'] = 'true', false) as is_closed
    from stages
)

select * from final
