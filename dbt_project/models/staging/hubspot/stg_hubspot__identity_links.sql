-- Ids of other records that say who or what a record is: Salesforce's ids, which HubSpot's own
-- integration writes into its properties and which may have 15 or 18 characters, and the contact
-- that a lead is about. A lead with several contacts is about the primary one; without one it says
-- of nobody who it is.

with

contacts as (
    select * from {{ landed('hubspot__contacts') }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

companies as (
    select * from {{ landed('hubspot__companies') }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

deals as (
    select * from {{ landed('hubspot__deals') }}
    qualify row_number() over (partition by source_id, id order by {{ newest_first() }}) = 1
),

lead_contacts as (
    select * from {{ ref('stg_hubspot__associations') }}
    where from_object = 'leads' and to_object = 'contacts'
    qualify is_primary or count(*) over (partition by source_id, from_record_id) = 1
),

salesforce_ids as (
    {% for object, property, linked_object in [
        ('contacts', 'salesforceleadid', 'leads'),
        ('contacts', 'salesforcecontactid', 'contacts'),
        ('deals', 'hs_salesforceopportunityid', 'deals'),
        ('companies', 'salesforceaccountid', 'companies'),
    ] -%}
    select
        source_id,
        '{{ object }}' as object,
        id as record_id,
        '{{ linked_object }}' as linked_object,
        {{ salesforce_id("properties['" ~ property ~ "']") }} as linked_record_id
    from {{ object }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

links as (
    select
        source_id,
        object,
        record_id,
        cast(null as varchar) as linked_source_id,
        'salesforce' as linked_crm,
        linked_object,
        linked_record_id,
        'crm_id' as link_kind
    from salesforce_ids
    where linked_record_id is not null
    union all
    select
        source_id,
        'leads' as object,
        from_record_id as record_id,
        source_id as linked_source_id,
        'hubspot' as linked_crm,
        'contacts' as linked_object,
        to_record_id as linked_record_id,
        'lead_contact' as link_kind
    from lead_contacts
),

final as (
    select
        -- ids
        source_id,
        object,
        record_id,
        {{ record_key('source_id', 'object', 'record_id') }} as record_key,
        linked_source_id,
        linked_record_id,

        -- strings
        linked_crm,
        linked_object,
        link_kind
    from links
)

select * from final
