-- A closed deal stays in the stage that it was in: that it was won or lost stands beside it. Here
-- both are one value, the stage while the deal is open.

with

deals as (
    select * from {{ landed('pipedrive__deals') }}
    qualify
        row_number() over (partition by source_id, id order by {{ pipedrive_newest_first() }}) = 1
),

sources as (
    select * from {{ playbook('sources') }}
),

final as (
    select
        -- ids
        deals.source_id,
        deals.id as record_id,
        {{ record_key('deals.source_id', "'deals'", 'deals.id') }} as record_key,
        deals.owner_id,

        -- strings
        deals.pipeline_id,
        case when deals.status in ('won', 'lost') then deals.status else deals.stage_id end
            as stage_value,
        deals.currency,
        {{ record_url('sources.record_url_template', 'deal', 'deals.id') }} as record_url,

        -- numerics
        try_cast(deals.value as decimal(18, 2)) as amount,

        -- booleans
        coalesce(deals.is_deleted, false) as is_archived,

        -- timestamps
        {{ crm_instant('deals.add_time') }} as created_at,
        coalesce(
            {{ crm_instant('deals.close_time') }}, {{ start_of_date('deals.expected_close_date') }}
        ) as closed_at
    from deals
    left join sources
        on deals.source_id = sources.source_id
)

select * from final
where created_at is null or created_at <= {{ as_of() }}
