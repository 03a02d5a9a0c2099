-- For each source and object: the CRM's own count of live records at the last complete read, what
-- we hold, and the difference. Both sides are records that existed when the read began. Those that
-- were merged away, lie in the recycle bin, or were erased are held by us and not counted by the
-- CRM; erased is what the last full read no longer saw. What we were asked to forget, and what went
-- with it, the CRM may still count: of a surplus so many are explained. Nothing may be left over.

with

runs as (
    select *
    from {{ source('raw', 'landing_runs') }}
    where status = 'complete' and landed_at <= {{ as_of() }}
    qualify row_number() over (partition by source_id, object order by run_id desc) = 1
),

merged as (
    select distinct
        source_id,
        object,
        loser_record_id
    from {{ crm_union('merges') }}
),

held_records as (
    select * from {{ crm_union('landed_records') }}
),

last_full_reads as (
    select source_id, object, max(run_id) as run_id
    from {{ source('raw', 'landing_runs') }}
    where status = 'complete' and mode = 'full' and landed_at <= {{ as_of() }}
    group by source_id, object
),

explained as (
    select
        held_records.source_id,
        held_records.object,
        case
            when merged.loser_record_id is not null then 'merged'
            when held_records.run_id < last_full_reads.run_id then 'erased'
            when held_records.is_archived then 'archived'
            else 'live'
        end as state
    from held_records
    inner join runs
        on held_records.source_id = runs.source_id and held_records.object = runs.object
    left join last_full_reads
        on
            held_records.source_id = last_full_reads.source_id
            and held_records.object = last_full_reads.object
    left join merged
        on
            held_records.source_id = merged.source_id
            and held_records.object = merged.object
            and held_records.record_id = merged.loser_record_id
    where coalesce(held_records.created_at, runs.started_at) <= runs.started_at
),

held_counts as (
    select
        source_id,
        object,
        count(*) as held_count,
        count(case when state = 'merged' then 1 end) as merged_count,
        count(case when state = 'archived' then 1 end) as archived_count,
        count(case when state = 'erased' then 1 end) as erased_count
    from explained
    group by source_id, object
),

erased_records as (
    select
        source_id,
        object,
        count(distinct id) as erased_record_count
    from {{ source('raw', 'erasures') }}
    where extent = 'record'
    group by source_id, object
),

counted as (
    select
        runs.source_id,
        runs.object,
        runs.run_id,
        runs.finished_at,
        runs.crm_total,
        coalesce(held_counts.held_count, 0) as held_count,
        coalesce(held_counts.archived_count, 0) as archived_count,
        coalesce(held_counts.merged_count, 0) as merged_count,
        coalesce(held_counts.erased_count, 0) as erased_count,
        coalesce(erased_records.erased_record_count, 0) as erased_record_count,
        runs.crm_total - (
            coalesce(held_counts.held_count, 0)
            - coalesce(held_counts.archived_count, 0)
            - coalesce(held_counts.merged_count, 0)
            - coalesce(held_counts.erased_count, 0)
        ) as surplus_count
    from runs
    left join held_counts
        on runs.source_id = held_counts.source_id and runs.object = held_counts.object
    left join erased_records
        on runs.source_id = erased_records.source_id and runs.object = erased_records.object
    where runs.object not in ('pipelines', 'properties')
),

final as (
    select
        source_id || '/' || object as reconciliation_key,
        source_id,
        object,
        run_id as landing_run_id,
        finished_at as counted_at,
        crm_total as crm_count,
        held_count,
        archived_count,
        merged_count,
        erased_count,
        greatest(least(surplus_count, erased_record_count), 0) as forgotten_count,
        cast(0 as bigint) as excluded_count,
        cast(0 as bigint) as not_yet_synced_count,
        crm_total is not null as is_counted_by_crm,
        surplus_count
        - greatest(least(surplus_count, erased_record_count), 0) as left_over_count
    from counted
)

select * from final
