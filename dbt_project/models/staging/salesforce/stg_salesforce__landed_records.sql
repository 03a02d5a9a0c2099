{%- set objects = ['owners', 'campaigns', 'companies', 'leads', 'lead_history', 'contacts', 'deals',
  'deal_history', 'deal_field_history', 'deal_contact_roles', 'campaign_members',
  'campaign_influences', 'tasks', 'meetings'] %}

with

latest_versions as (
    {%- for object in objects %}
    select
        source_id,
        '{{ object }}' as object,
        id as record_id,
        {{ is_checked("fields['IsDeleted']") }} as is_archived,
        {{ crm_instant("fields['CreatedDate']") }} as created_at,
        run_id
    from {{ landed('salesforce__' ~ object) }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select * from latest_versions
)

select * from final
