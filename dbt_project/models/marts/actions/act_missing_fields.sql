-- A required field that is still empty is asked of those who fix it, on the record that lacks it;
-- if that record is gone, on the one where changes of the handoff are made.

with

field_gaps as (
    select * from {{ ref('fct_field_gaps') }}
    where is_open
),

handoffs as (
    select * from {{ ref('int_handoffs__counted') }}
    where is_open
),

targets as (
    select * from {{ ref('int_next_step__action_targets') }}
),

living_records as (
    select record_key, object, record_id, record_url from {{ crm_union('person_records') }}
    where not is_archived
    union all
    select record_key, 'deals' as object, record_id, record_url from {{ crm_union('deals') }}
    where not is_archived
),

final as (
    select
        md5('missing_field/' || field_gaps.field_gap_key) as action_key,
        handoffs.handoff_key,
        handoffs.person_key,
        field_gaps.source_id,
        coalesce(living_records.object, targets.object) as object,
        coalesce(living_records.record_id, targets.record_id) as record_id,
        coalesce(living_records.record_url, targets.record_url) as record_url,
        handoffs.owner_key,
        field_gaps.team_id,
        handoffs.campaign_key,
        field_gaps.field_id,
        field_gaps.property,
        field_gaps.fixed_by,
        field_gaps.severity,
        'fill_field' as action_kind,
        'Fill ' || field_gaps.field_label || ' (' || field_gaps.object || '.'
        || field_gaps.property || ')' as proposed_change,
        'Required at stage ' || field_gaps.stage || ', empty then and now; fixed by '
        || field_gaps.fixed_by as reason,
        targets.act_by_at as due_at
    from field_gaps
    inner join handoffs
        on field_gaps.handoff_key = handoffs.handoff_key
    inner join targets
        on handoffs.handoff_key = targets.handoff_key
    left join living_records
        on field_gaps.record_key = living_records.record_key
    -- Another source's record cannot hold the field.
    where living_records.record_key is not null or field_gaps.source_id = targets.source_id
)

select * from final
