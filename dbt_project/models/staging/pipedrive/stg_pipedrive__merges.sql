-- Pipedrive tells a merge in the answer to it alone: the record that was merged away lies in the
-- bin, like any that was deleted, and what was linked to it is linked to the other one.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as object,
    cast(null as varchar) as loser_record_id,
    cast(null as varchar) as survivor_record_id
where 1 = 0
