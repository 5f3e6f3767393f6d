-- Anomalies and incidents. Windows are those of the rollups, told by their start.

-- Finds the windows changed since a moment; a summary index, because rows of the newest windows change with every batch.
create index rollup_severity_changed on rollup_severity using brin (last_arrival) with (pages_per_range = 16, autosummarize = on);

-- One row. step counts the detection's commits: each is a compare-and-swap, so a stale holder or a replay commits nothing.
create table detection_progress (
    only_row boolean primary key default true check (only_row),
    step bigint not null default 0,
    changed_until timestamptz,
    judged bigint not null default 0,
    late bigint not null default 0,
    unwatched bigint not null default 0,
    overlooked bigint not null default 0
) with (fillfactor = 50);

-- One row. Moves with every change of an incident or of a service's condition, in the change's own transaction.
create table incident_clock (
    only_row boolean primary key default true check (only_row),
    version bigint not null
) with (fillfactor = 50);
insert into incident_clock (version) values (0);

-- What the detectors know of a service and how far they have judged it.
create table detector_states (
    service_id int primary key references services on delete cascade,
    first_window timestamptz not null,
    judged_to timestamptz not null,
    newest_window timestamptz not null,
    last_arrival timestamptz not null,
    learned int not null,
    condition smallint not null,
    state bytea not null
) with (fillfactor = 50);

create table incidents (
    id bigint generated always as identity primary key,
    fingerprint text not null,
    demo boolean not null,
    service_id int not null references services on delete cascade,
    service_ids int[] not null,
    root_rank smallint not null,
    state smallint not null check (state between 0 and 2),
    title text not null,
    score double precision not null,
    started_at timestamptz not null,
    newest_start timestamptz not null,
    last_at timestamptz not null,
    opened_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,
    historical boolean not null,
    notifies boolean not null,
    anomaly_count int not null,
    changed_at timestamptz not null,
    explained_at timestamptz,
    explanation jsonb
) with (fillfactor = 60);
create index incidents_unresolved on incidents (id) where state <> 2;
create index incidents_started on incidents (started_at, id);
create index incidents_last on incidents (last_at);
create index incidents_service on incidents (service_id);

create table anomalies (
    id bigint generated always as identity primary key,
    incident_id bigint references incidents on delete cascade,
    service_id int not null references services on delete cascade,
    detector text not null,
    detector_version int not null,
    series text not null,
    template_id int,
    direction smallint not null,
    start_window timestamptz not null,
    last_window timestamptz not null,
    found_window timestamptz not null,
    ended boolean not null,
    value double precision not null,
    low double precision not null,
    high double precision not null,
    score double precision not null,
    factors jsonb not null,
    unique (service_id, detector, series, direction, start_window)
) with (fillfactor = 60);
create index anomalies_start on anomalies (start_window, id);
create index anomalies_incident on anomalies (incident_id);
create index anomalies_open on anomalies (id) where not ended;

create table incident_events (
    id bigint generated always as identity primary key,
    incident_id bigint not null references incidents on delete cascade,
    at timestamptz not null,
    kind text not null,
    who text,
    text text
);
create index incident_events_incident on incident_events (incident_id, id);
