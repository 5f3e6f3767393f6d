-- The demo stream: what it was told to do, and the faults it made, which stay as the truth detectors are measured against.
create table simulator_state (
    id boolean primary key default true check (id),
    -- Null: as configured.
    running boolean,
    events_per_second int,
    error_share double precision,
    seed bigint,
    -- Who streams now writes these every second.
    streaming boolean not null default false,
    streamed_until timestamptz
) with (fillfactor = 50);
insert into simulator_state default values;

create table simulator_faults (
    id bigint generated always as identity primary key,
    scenario text not null,
    kind text not null,
    service text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    intensity double precision not null,
    seed bigint not null,
    scheduled boolean not null,
    created_at timestamptz not null
);
create index simulator_faults_start on simulator_faults (starts_at);
