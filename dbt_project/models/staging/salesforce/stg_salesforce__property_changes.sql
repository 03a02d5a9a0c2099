-- A property's past comes from Salesforce's histories where they tell of it, else from what we saw.
-- What made a change is the type of the user who made it: people are of the type Standard.

with

told_changes as (
    select * from {{ ref('stg_salesforce__told_changes') }}
),

seen_changes as (
    select * from {{ ref('stg_salesforce__seen_changes') }}
),

users as (
    select
        source_id,
        id as user_id,
        fields['UserType'] as user_type
    from {{ landed('salesforce__owners') }}
    qualify
        row_number() over (partition by source_id, id order by {{ salesforce_newest_first() }}) = 1
),

changes as (
    select
        *,
        'history' as judged_from
    from told_changes
    union all by name
    select * from seen_changes
),

final as (
    select
        -- ids
        changes.source_id,
        changes.object,
        changes.record_id,
        {{ record_key('changes.source_id', 'changes.object', 'changes.record_id') }}
            as record_key,
        cast(null as varchar) as change_source_id,
        changes.changed_by_user_id,

        -- strings
        changes.property,
        changes.value,
        changes.judged_from,
        users.user_type as change_source,

        -- numerics
        row_number() over (
            partition by changes.source_id, changes.object, changes.record_id, changes.property
            order by changes.changed_at, changes.age_rank, changes.value
        ) as change_number,

        -- timestamps
        changes.changed_at,
        changes.first_landed_at
    from changes
    left join users
        on
            changes.source_id = users.source_id
            and changes.changed_by_user_id = users.user_id
    where changes.changed_at <= {{ as_of() }}
)

select * from final
