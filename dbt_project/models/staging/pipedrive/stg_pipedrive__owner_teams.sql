-- Teams of users are not read: the playbook's teams say who sells.

select
    cast(null as varchar) as source_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as team_name,
    cast(null as boolean) as is_primary
where 1 = 0
