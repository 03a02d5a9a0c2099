-- Salesforce has no links apart from records: a field of one record names the other. So the newest
-- version of the record says what is linked now. The contact of an opportunity is its primary
-- contact role; where it has no roles, the contact that it was made for. A converted lead stays
-- linked to the opportunity that came of it.

with

latest_roles as (
    select *
    from {{ landed('salesforce__deal_contact_roles') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

latest_deals as (
    select *
    from {{ landed('salesforce__deals') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

latest_leads as (
    select *
    from {{ landed('salesforce__leads') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

latest_contacts as (
    select *
    from {{ landed('salesforce__contacts') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

latest_activities as (
    select
        object,
        source_id,
        id,
        fields
    from (
        select 'tasks' as object, * from {{ landed('salesforce__tasks') }}
        union all
        select 'meetings' as object, * from {{ landed('salesforce__meetings') }}
    ) as activities
    qualify
        row_number() over (
            partition by source_id, object, id order by {{ salesforce_newest_first() }}
        ) = 1
),

contact_roles as (
    select
        source_id,
        fields['OpportunityId'] as deal_record_id,
        fields['ContactId'] as contact_record_id,
        fields['Role'] as role,
        {{ is_checked("fields['IsPrimary']") }} as is_primary
    from latest_roles
    where not {{ is_checked("fields['IsDeleted']") }}
),

deals_with_roles as (
    select distinct source_id, deal_record_id from contact_roles
),

links as (
    select
        source_id,
        'deals' as from_object,
        deal_record_id as from_record_id,
        'contacts' as to_object,
        contact_record_id as to_record_id,
        role as label,
        is_primary
    from contact_roles
    union all
    select
        latest_deals.source_id,
        'deals' as from_object,
        latest_deals.id as from_record_id,
        'contacts' as to_object,
        latest_deals.fields['ContactId'] as to_record_id,
        cast(null as varchar) as label,
        true as is_primary
    from latest_deals
    left join deals_with_roles
        on
            latest_deals.source_id = deals_with_roles.source_id
            and latest_deals.id = deals_with_roles.deal_record_id
    where deals_with_roles.deal_record_id is null
    union all
    select
        source_id,
        'deals' as from_object,
        fields['ConvertedOpportunityId'] as from_record_id,
        'leads' as to_object,
        id as to_record_id,
        cast(null as varchar) as label,
        false as is_primary
    from latest_leads
    union all
    select
        source_id,
        'deals' as from_object,
        id as from_record_id,
        'companies' as to_object,
        fields['AccountId'] as to_record_id,
        cast(null as varchar) as label,
        true as is_primary
    from latest_deals
    union all
    select
        source_id,
        'contacts' as from_object,
        id as from_record_id,
        'companies' as to_object,
        fields['AccountId'] as to_record_id,
        cast(null as varchar) as label,
        true as is_primary
    from latest_contacts
    union all
    select
        source_id,
        'leads' as from_object,
        id as from_record_id,
        'companies' as to_object,
        fields['ConvertedAccountId'] as to_record_id,
        cast(null as varchar) as label,
        true as is_primary
    from latest_leads
    {%- for named_by in ['WhoId', 'WhatId'] %}
    union all
    select
        source_id,
        object as from_object,
        id as from_record_id,
        {{ object_of_id("fields['" ~ named_by ~ "']") }} as to_object,
        fields['{{ named_by }}'] as to_record_id,
        cast(null as varchar) as label,
        false as is_primary
    from latest_activities
    {%- endfor %}
),

final as (
    select
        source_id,
        from_object,
        from_record_id,
        to_object,
        to_record_id,
        string_agg(distinct label, ', ') as labels,
        bool_or(is_primary) as is_primary
    from links
    where from_record_id is not null and to_record_id is not null and to_object is not null
    group by source_id, from_object, from_record_id, to_object, to_record_id
)

select * from final
