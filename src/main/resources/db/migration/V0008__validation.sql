-- Continuous validation: one row that only one replica at a time holds, with the probes asked since the minute began.
create table validation_clock (
    id           integer primary key check (id = 1),
    minute_start timestamptz not null,
    asked        integer not null
);
insert into validation_clock (id, minute_start, asked) values (1, '1970-01-01T00:00:00Z', 0);

-- How the validation of each enforced server stands.
create table validation_server (
    server       text primary key,
    version      integer not null default 0,
    turn         bigint not null default 0,
    turns        integer not null default 0,
    expectations integer not null default 0,
    revision     bigint not null default 0,
    next_at      timestamptz not null,
    last_at      timestamptz,
    note         text
);

-- Probes of validation that are waited for.
create table validation_batch (
    batch    text primary key,
    server   text not null,
    asked_at timestamptz not null
);

-- A failed expectation. What it was and why stays when it is closed.
create table validation_finding (
    id              bigint generated always as identity primary key,
    version         integer not null default 0,
    server          text not null,
    port            integer not null,
    source          text not null,
    account         text,
    computer        text,
    expected        text not null,
    observed        text,
    revision        bigint not null,
    kind            text not null,
    state           text not null,
    severity        text not null,
    cause           text not null,
    cause_sentence  text not null,
    explanation     text not null,
    probe_id        bigint,
    change_id       bigint,
    change_revision bigint,
    since           timestamptz not null,
    last_seen       timestamptz not null,
    seen            integer not null,
    closed_at       timestamptz,
    closed_reason   text,
    acknowledged_by text,
    acknowledged_at timestamptz
);
create index validation_finding_state on validation_finding (state, id);
create index validation_finding_server on validation_finding (server, id);

-- The history of expectations that are not simply met; the others have no row.
create table validation_expectation (
    id          bigint generated always as identity primary key,
    version     integer not null default 0,
    server      text not null,
    port        integer not null,
    source      text not null,
    account     text not null,
    computer    text not null,
    expected    text not null,
    last_failed boolean not null,
    fails       integer not null,
    passes      integer not null,
    unknowns    integer not null,
    confirmations integer not null,
    turned_at   text not null,
    ending      text not null,
    asked_at    timestamptz not null,
    finding_id  bigint references validation_finding (id),
    constraint validation_expectation_key unique (server, port, source, account, computer)
);
create index validation_expectation_source on validation_expectation (source);

-- Probes of no rollout are thrown away when they are old.
create index probe_without_rollout on probe (requested_at) where rollout_id is null;
