-- A line of the landing holds all links of one record at one reading, none included; so the newest
-- reading of a record replaces the older ones, and links that were removed are gone.

with

readings as (
    select * from {{ landed('hubspot__associations') }}
),

newest_readings as (
    select
        source_id,
        from_object,
        to_object,
        "from".id as from_record_id,
        "to" as links
    from readings
    qualify
        rank() over (
            partition by source_id, stream, "from".id order by run_id desc, part_file desc
        ) = 1
),

links as (
    select
        source_id,
        from_object,
        from_record_id,
        to_object,
        {{ exploded("links") }} as link
    from newest_readings
),

link_types as (
    select
        source_id,
        from_object,
        from_record_id,
        to_object,
        cast(link."toObjectId" as varchar) as to_record_id,
        {{ exploded('link."associationTypes"') }} as link_type
    from links
),

final as (
    select
        source_id,
        from_object,
        from_record_id,
        to_object,
        to_record_id,
        string_agg(distinct link_type.label, ', ') as labels,
        coalesce(bool_or({{ folded('link_type.label') }} like 'primary%'), false) as is_primary
    from link_types
    group by source_id, from_object, from_record_id, to_object, to_record_id
)

select * from final
