-- What the CRMs themselves say is one: a record that holds the id of another. An id of another CRM
-- is of the source that the playbook links to the record's own (`linked_source`, or the only source
-- of that CRM); where no such source is read, it says nothing. The named record need not have
-- landed: two records that name it are one all the same.

with

identity_links as (
    select * from {{ crm_union('identity_links') }}
),

sources as (
    select * from {{ playbook('sources') }}
),

linked_sources as (
    select
        sources.source_id,
        linked.crm as linked_crm,
        linked.source_id as linked_source_id
    from sources
    inner join sources as linked
        on sources.linked_source_id = linked.source_id
),

with_sources as (
    select
        identity_links.*,
        coalesce(identity_links.linked_source_id, linked_sources.linked_source_id)
            as named_source_id
    from identity_links
    left join linked_sources
        on
            identity_links.source_id = linked_sources.source_id
            and identity_links.linked_crm = linked_sources.linked_crm
),

final as (
    select distinct
        object,
        record_key,
        {{ record_key('named_source_id', 'linked_object', 'linked_record_id') }}
            as linked_record_key,
        link_kind
    from with_sources
    where named_source_id is not null
)

select * from final
