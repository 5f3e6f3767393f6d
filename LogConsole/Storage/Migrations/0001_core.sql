-- The first schema: writers, what makes deliveries recognisable, names, templates, rollups, log segments, dead letters.

-- One row per writing instance: its leased number, the fencing epoch, its commit counter and its highest record id.
-- Every batch moves (epoch, sequence) by compare-and-swap, so a stale writer's commit fails and a lost answer can be looked up.
create table writers (
    id smallint primary key check (id between 0 and 1023),
    holder uuid,
    epoch bigint not null default 0,
    sequence bigint not null default 0,
    last_id bigint not null default 0,
    lease_until timestamptz not null default '-infinity'
) with (fillfactor = 50);

create table checkpoints (
    source text primary key,
    epoch bigint not null,
    position text,
    updated_at timestamptz not null
) with (fillfactor = 50);

create table request_identities (
    owner text not null,
    key text not null,
    body_hash bytea not null,
    records int not null,
    committed_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (owner, key)
);
create index request_identities_expiry on request_identities (expires_at);

create table services (
    id int generated always as identity primary key,
    name text not null,
    demo boolean not null,
    created_at timestamptz not null,
    unique (name, demo)
);

create table sources (
    id smallint generated always as identity primary key,
    name text not null unique
);

-- Resources and scopes; the id is computed from the text (SharedJson).
create table resources (
    id bigint primary key,
    json jsonb not null
);

-- Patterns. An id is for ever. `miner_state` is the miner's own encoding of the cluster.
create table templates (
    id int generated always as identity primary key,
    service_id int not null references services,
    text text not null,
    miner_state text not null,
    count bigint not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    created_at timestamptz not null
) with (fillfactor = 60);
create index templates_service on templates (service_id);
create index templates_first_seen on templates (first_seen);

-- Rollups: event-time windows. Writers add to their own rows, readers sum. width_s is 10, later 60.
create table rollup_severity (
    window_start timestamptz not null,
    service_id int not null,
    severity smallint not null,
    writer smallint not null,
    width_s smallint not null default 10,
    count bigint not null,
    last_arrival timestamptz not null,
    primary key (window_start, service_id, severity, writer, width_s)
) with (fillfactor = 60);

create table rollup_template (
    window_start timestamptz not null,
    template_id int not null,
    writer smallint not null,
    width_s smallint not null default 10,
    count bigint not null,
    last_arrival timestamptz not null,
    primary key (window_start, template_id, writer, width_s)
) with (fillfactor = 60);
create index rollup_template_template on rollup_template (template_id, window_start);

-- What arrived when, against when it says it happened: tells a page how many records arrived in its range but lie outside it.
create table rollup_arrival (
    arrival_window timestamptz not null,
    event_window timestamptz not null,
    service_id int not null,
    writer smallint not null,
    received bigint not null,
    late bigint not null,
    primary key (arrival_window, event_window, service_id, writer)
) with (fillfactor = 60);

-- Event-time progress of each source.
create table watermarks (
    source text primary key,
    max_event_time timestamptz not null,
    updated_at timestamptz not null
) with (fillfactor = 50);

-- Log rows: one child table per segment, cut by size or age, dropped whole by retention.
create table logs (
    id bigint not null,
    ts timestamptz not null,
    observed timestamptz not null,
    trace_id uuid,
    span_id bigint,
    resource_id bigint,
    scope_id bigint,
    service_id int not null,
    template_id int,
    source_id smallint not null,
    ts_nanos smallint not null,
    severity smallint not null,
    flags smallint not null,
    severity_text text,
    host text,
    body text not null,
    attributes jsonb
);

create table log_segments (
    id int generated always as identity primary key,
    created_at timestamptz not null,
    closed_at timestamptz
);

-- Each writer records its own ranges, so instances do not wait for one another.
create table log_segment_ranges (
    segment_id int not null references log_segments on delete cascade,
    writer smallint not null,
    rows bigint not null,
    bytes bigint not null,
    min_ts timestamptz not null,
    max_ts timestamptz not null,
    min_observed timestamptz not null,
    max_observed timestamptz not null,
    primary key (segment_id, writer)
) with (fillfactor = 50);

create table dead_letters (
    id bigint generated always as identity primary key,
    source text not null,
    line int not null,
    reason text not null,
    observed timestamptz not null,
    service text not null,
    demo boolean not null,
    -- The record as one JSON object in the ingest door's own field names; bytes because it may be what jsonb refuses.
    record bytea not null,
    created_at timestamptz not null,
    replayed_at timestamptz
);
create index dead_letters_open on dead_letters (id) where replayed_at is null;
