-- A deal, however many records tell of it. Amount, currency, pipeline and owner are those of the
-- record that leads; it began when its first record was created.

with

deals as (
    select * from {{ crm_union('deals') }}
),

leading_records as (
    select * from {{ ref('int_identity__leading_records') }}
    where object = 'deals'
),

pipelines as (
    select * from {{ playbook('pipelines') }}
),

groups as (
    select
        leading_records.leading_record_key as deal_key,
        count(*) as record_count,
        min(deals.created_at) as created_at,
        min_by(
            deals.record_url,
            case
                when not leading_records.is_leading and not leading_records.is_merged
                    then leading_records.standing
            end
        ) as linked_record_url
    from leading_records
    inner join deals
        on leading_records.record_key = deals.record_key
    group by leading_records.leading_record_key
),

final as (
    select
        groups.deal_key,
        deals.source_id,
        deals.record_id,
        deals.pipeline_id,
        coalesce(pipelines.counts, true) as counts,
        deals.owner_id,
        deals.amount,
        deals.currency,
        deals.is_archived,
        groups.created_at,
        cast(groups.record_count as bigint) as record_count,
        deals.record_url,
        groups.linked_record_url
    from groups
    inner join deals
        on groups.deal_key = deals.record_key
    left join pipelines
        on deals.source_id = pipelines.source_id and deals.pipeline_id = pipelines.pipeline_id
)

select * from final
