-- When a console took records, what keeps a resource, and what retention has removed.

-- Spans in which an instance's doors were open; one that has not ended grows with the heartbeat, and stands still when its console was killed.
create table listening (
    instance uuid not null,
    since timestamptz not null,
    until timestamptz not null check (until >= since),
    ended boolean not null,
    primary key (instance, since)
) with (fillfactor = 50);
create index listening_until on listening (until);

-- Which segments hold rows with a resource or scope. The references are what makes retention safe: a commit that takes one up
-- holds its row, and a resource that a segment uses cannot be deleted.
create table segment_resources (
    segment_id int not null references log_segments on delete cascade,
    resource_id bigint not null references resources,
    primary key (segment_id, resource_id)
);
create index segment_resources_resource on segment_resources (resource_id);

insert into segment_resources (segment_id, resource_id)
select distinct s.id, used.id
from log_segments s
join logs l on l.tableoid = to_regclass('logs_' || s.id)
cross join lateral (values (l.resource_id), (l.scope_id)) used(id)
where exists (select from resources r where r.id = used.id);

create index dead_letters_created on dead_letters (created_at);

-- Records a retention limit removed although nobody had replayed them. `last` are those of the last time it did, at `last_at`.
create table dropped_records (
    reason text primary key,
    total bigint not null,
    last bigint not null,
    last_at timestamptz not null
);
