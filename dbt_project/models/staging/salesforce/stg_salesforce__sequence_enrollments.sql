-- Salesforce's cadences belong to another product, which is not read.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as object,
    cast(null as varchar) as record_id,
    cast(null as varchar) as record_key
where 1 = 0
