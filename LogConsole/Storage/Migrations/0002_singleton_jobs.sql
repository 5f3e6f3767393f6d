-- Work that exactly one console does: who took it last, and the fencing token, which only grows.
-- A holder that was thought dead finds a newer token here and may not commit.
create table singleton_jobs (
    name text primary key,
    token bigint not null,
    holder text not null,
    acquired_at timestamptz not null
) with (fillfactor = 50);
