-- What has changed in the CRMs' own properties, reading against reading. The first reading of an
-- object is what the account began with, and no change.

with

tracked as (
    select distinct
        source_id,
        object,
        property
    from {{ playbook('tracked_properties') }}
),

readings as (
    select
        source_id,
        object,
        property,
        property_type,
        run_id,
        landed_at
    from {{ crm_union('properties') }}
),

object_readings as (
    select
        source_id,
        object,
        run_id,
        min(landed_at) as landed_at,
        row_number() over (partition by source_id, object order by run_id) as reading_number
    from readings
    group by source_id, object, run_id
),

newest_readings as (
    select
        source_id,
        object,
        max(reading_number) as reading_number
    from object_readings
    group by source_id, object
),

numbered as (
    select
        readings.source_id,
        readings.object,
        readings.property,
        readings.property_type,
        object_readings.reading_number,
        object_readings.landed_at,
        lag(object_readings.reading_number) over property_readings as previous_reading_number,
        lag(readings.property_type) over property_readings as previous_type,
        lead(object_readings.reading_number) over property_readings as next_reading_number
    from readings
    inner join object_readings
        on
            readings.source_id = object_readings.source_id
            and readings.object = object_readings.object
            and readings.run_id = object_readings.run_id
    window property_readings as (
        partition by readings.source_id, readings.object, readings.property
        order by object_readings.reading_number
    )
),

appeared as (
    select
        source_id,
        object,
        property,
        case
            when previous_reading_number is null then 'new'
            when previous_reading_number < reading_number - 1 then 'restored'
            else 'retyped'
        end as change,
        previous_type as old_type,
        property_type as new_type,
        landed_at as seen_at
    from numbered
    where
        (previous_reading_number is null and reading_number > 1)
        or previous_reading_number < reading_number - 1
        or previous_type <> property_type
),

disappeared as (
    select
        numbered.source_id,
        numbered.object,
        numbered.property,
        'removed' as change,
        numbered.property_type as old_type,
        cast(null as varchar) as new_type,
        following.landed_at as seen_at
    from numbered
    inner join newest_readings
        on
            numbered.source_id = newest_readings.source_id
            and numbered.object = newest_readings.object
    inner join object_readings as following
        on
            numbered.source_id = following.source_id
            and numbered.object = following.object
            and numbered.reading_number + 1 = following.reading_number
    where
        numbered.reading_number < newest_readings.reading_number
        and coalesce(numbered.next_reading_number, 0) <> numbered.reading_number + 1
),

changes as (
    select * from appeared
    union all
    select * from disappeared
),

final as (
    select
        changes.source_id || '/' || changes.object || '.' || changes.property || '/'
        || changes.change || '/' || cast(changes.seen_at as varchar) as schema_drift_key,
        changes.source_id,
        changes.object,
        changes.property,
        changes.change,
        changes.old_type,
        changes.new_type,
        changes.seen_at,
        tracked.property is not null as is_in_playbook
    from changes
    left join tracked
        on
            changes.source_id = tracked.source_id
            and changes.object = tracked.object
            and changes.property = tracked.property
)

select * from final
