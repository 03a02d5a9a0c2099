-- The one place that leaves people and records out: test, internal and partner people, and archived
-- records where the playbook says so.

select * from {{ ref('fct_handoffs') }}
where
    not is_excluded
    and (not is_archived or {{ parameter('counts_archived_records') }})
