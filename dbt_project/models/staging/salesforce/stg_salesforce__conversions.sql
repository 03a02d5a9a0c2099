-- The history of a lead has an entry of its own for the conversion (`leadConverted`). Where leads
-- are not tracked there is only a date, without an hour: the lead was converted on that day.

with

converted_leads as (
    select * from {{ ref('stg_salesforce__tracked_records') }}
    where object = 'leads' and is_converted
),

entries as (
    select
        source_id,
        fields['LeadId'] as record_id,
        {{ crm_instant("fields['CreatedDate']") }} as converted_at,
        fields['CreatedById'] as converted_by_user_id,
        min(landed_at) over (partition by source_id, fields['LeadId']) as first_landed_at
    from {{ landed('salesforce__lead_history') }}
    where fields['Field'] = 'leadConverted'
    qualify
        row_number() over (
            partition by source_id, fields['LeadId'] order by fields['CreatedDate'], id
        ) = 1
),

final as (
    select
        -- ids
        converted_leads.source_id,
        converted_leads.record_id,
        converted_leads.record_key,
        entries.converted_by_user_id,

        -- timestamps
        coalesce(entries.converted_at, converted_leads.converted_on) as converted_at,
        coalesce(entries.first_landed_at, converted_leads.first_landed_at) as first_landed_at
    from converted_leads
    left join entries
        on
            converted_leads.source_id = entries.source_id
            and converted_leads.record_id = entries.record_id
)

select * from final
