-- Who may use the console: people, their sign-ins, keys of programs, the keys that seal cookies, and the audit of all of it.

create table users (
    id int generated always as identity primary key,
    -- Lower case, as UserName writes it.
    name text not null unique,
    role text not null check (role in ('Viewer', 'Support', 'Engineer', 'Admin')),
    -- Null until the user has chosen a password by the link that was sent.
    password_hash text,
    -- Changes with everything that must end the sessions there are; cookies carry it.
    security_stamp uuid not null,
    disabled boolean not null default false,
    time_zone text,
    theme text check (theme in ('dark', 'light')),
    created_at timestamptz not null,
    signed_in_at timestamptz
);

-- Tries since the last success, by the SHA-256 of the name that was typed, whether there is such a user or not:
-- a name that is nobody's is counted and locked like any other. What was typed is not kept.
create table sign_in_failures (
    name_hash bytea primary key,
    tries int not null,
    locked_until timestamptz,
    updated_at timestamptz not null
) with (fillfactor = 50);
create index sign_in_failures_updated on sign_in_failures (updated_at);

-- One-time links by the SHA-256 of their token. Without a user: the link that makes the first administrator.
create table access_links (
    hash bytea primary key,
    user_id int references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index access_links_user on access_links (user_id);

-- Keys of programs: "lc_LOOKUP_SECRET". LOOKUP is public and finds the row, hash is the SHA-256 of the whole.
create table api_keys (
    id int generated always as identity primary key,
    lookup text not null unique,
    hash bytea not null,
    name text not null,
    scopes text[] not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
) with (fillfactor = 80);
create unique index api_keys_name on api_keys (name) where revoked_at is null;

-- The keys that seal cookies and forms: one ring for all instances.
create table data_protection_keys (
    id int generated always as identity primary key,
    name text not null,
    xml text not null,
    created_at timestamptz not null default now()
);

create table audit_events (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    address text,
    action text not null,
    target text,
    details text
);
create index audit_events_at on audit_events (at);
create index audit_events_actor on audit_events (actor, id);
create index audit_events_action on audit_events (action, id);

-- Append only: nothing rewrites history, and only retention, which says that it is retention, removes its oldest part.
create function audit_events_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('logconsole.audit_retention', true) = 'on' then
        return null;
    end if;
    raise exception 'the audit is append-only';
end
$$;
create trigger audit_events_append_only before update or delete or truncate on audit_events
    for each statement execute function audit_events_guard();
