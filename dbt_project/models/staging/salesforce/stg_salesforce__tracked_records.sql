-- A record whose history has an entry for its creation was tracked from then on.

with

versions as (
    {%- for object in ['leads', 'contacts', 'deals'] %}
    select
        source_id,
        '{{ object }}' as object,
        id as record_id,
        fields['CreatedById'] as created_by_user_id,
        {{ is_checked("fields['IsConverted']") }} as is_converted,
        {{ crm_instant("fields['CreatedDate']") }} as created_at,
        {{ start_of_date("fields['ConvertedDate']") }} as converted_on,
        min(landed_at) over (partition by source_id, id) as first_landed_at
    from {{ landed('salesforce__' ~ object) }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

creation_entries as (
    select distinct source_id, 'leads' as object, fields['LeadId'] as record_id
    from {{ landed('salesforce__lead_history') }}
    where fields['Field'] = 'created'
    union all
    select distinct source_id, 'deals' as object, fields['OpportunityId'] as record_id
    from {{ landed('salesforce__deal_field_history') }}
    where fields['Field'] = 'created'
),

final as (
    select
        -- ids
        versions.source_id,
        versions.object,
        versions.record_id,
        {{ record_key('versions.source_id', 'versions.object', 'versions.record_id') }}
            as record_key,
        versions.created_by_user_id,

        -- booleans
        versions.is_converted,
        creation_entries.record_id is not null as is_tracked_from_creation,

        -- timestamps
        versions.created_at,
        versions.converted_on,
        versions.first_landed_at
    from versions
    left join creation_entries
        on
            versions.source_id = creation_entries.source_id
            and versions.object = creation_entries.object
            and versions.record_id = creation_entries.record_id
)

select * from final
