-- The one place that leaves out test, internal and partner people. Archived records stay in.

select * from {{ ref('fct_handoffs') }}
where not is_excluded
