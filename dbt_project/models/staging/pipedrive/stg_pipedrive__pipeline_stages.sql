-- Won and lost are no stages of Pipedrive's, but values of the deal's stage here
-- (stg_pipedrive__deals): each pipeline has both behind its stages.

with

pipelines as (
    select * from {{ landed('pipedrive__pipelines') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

stages as (
    select * from {{ landed('pipedrive__stages') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

pipeline_stages as (
    select
        source_id,
        pipeline_id,
        id as stage_id,
        name as stage_label,
        order_nr as stage_order,
        false as is_closed
    from stages
    {% for status, label, place in [('won', 'Won', 1000), ('lost', 'Lost', 1001)] -%}
    union all
    select
        source_id,
        id as pipeline_id,
        '{{ status }}' as stage_id,
        '{{ label }}' as stage_label,
        {{ place }} as stage_order,
        true as is_closed
    from pipelines
    {% endfor %}
),

final as (
    select
        pipeline_stages.source_id,
        'deals' as object,
        pipeline_stages.pipeline_id,
        pipelines.name as pipeline_label,
        pipeline_stages.stage_id,
        pipeline_stages.stage_label,
        cast(pipeline_stages.stage_order as bigint) as stage_order,
        pipeline_stages.is_closed
    from pipeline_stages
    left join pipelines
        on
            pipeline_stages.source_id = pipelines.source_id
            and pipeline_stages.pipeline_id = pipelines.id
)

select * from final
