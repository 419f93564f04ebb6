-- Revisions, approvals and audit are insert-only: by trigger here, and by grant where the service runs under a role of its own.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is insert-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$;

-- Who may sign in.
create table user_account (
    id            bigint generated always as identity primary key,
    version       integer not null default 0,
    name          text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    password_hash text not null,
    roles         text not null,
    enabled       boolean not null default true,
    created_at    timestamptz not null,
    constraint user_account_name unique (name)
);

-- Every action leaves a record before it takes effect; each record's hash covers the one before it.
create table audit_event (
    seq           bigint primary key,
    at            timestamptz not null,
    actor         text not null,
    action        text not null,
    subject_kind  text not null,
    subject_id    text not null,
    details       text not null,
    previous_hash text not null,
    hash          text not null
);
create index audit_event_subject on audit_event (subject_kind, subject_id, seq);
create trigger audit_event_insert_only before update or delete on audit_event for each row execute function refuse_change();
create trigger audit_event_no_truncate before truncate on audit_event for each statement execute function refuse_change();

create function announce_audit_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('postern_audit', new.seq || '|' || new.action || '|' || new.subject_kind || '|' || new.subject_id);
    return new;
end $$;
create trigger audit_event_announce after insert on audit_event for each row execute function announce_audit_event();

-- Immutable, numbered policies. Entries are kept once, with the revision that introduced and the one that retired them.
create table revision (
    number        bigint primary key check (number >= 0),
    hash          text not null,
    parent_hash   text,
    created_at    timestamptz not null,
    author        text not null,
    note          text not null,
    change_id     bigint,
    constraint revision_hash unique (hash)
);
create trigger revision_insert_only before update or delete on revision for each row execute function refuse_change();
create trigger revision_no_truncate before truncate on revision for each statement execute function refuse_change();

create table policy_entry (
    id            bigint generated always as identity primary key,
    kind          text not null,
    entry_key     text not null,
    content       text not null,
    introduced_in bigint not null references revision (number)
);
create index policy_entry_introduced on policy_entry (introduced_in);
create trigger policy_entry_insert_only before update or delete on policy_entry for each row execute function refuse_change();
create trigger policy_entry_no_truncate before truncate on policy_entry for each statement execute function refuse_change();

create table policy_entry_retirement (
    entry_id   bigint primary key references policy_entry (id),
    retired_in bigint not null references revision (number)
);
create index policy_entry_retirement_revision on policy_entry_retirement (retired_in);
create trigger policy_entry_retirement_insert_only before update or delete on policy_entry_retirement for each row execute function refuse_change();
create trigger policy_entry_retirement_no_truncate before truncate on policy_entry_retirement for each statement execute function refuse_change();

-- Change requests.
create table change_request (
    id              bigint generated always as identity primary key,
    version         integer not null default 0,
    title           text not null,
    description     text not null,
    state           text not null,
    base_revision   bigint not null references revision (number),
    operations      text not null,
    author          text not null,
    created_at      timestamptz not null,
    submitted_at    timestamptz,
    analysis        text,
    approval_hash   text,
    result_revision bigint references revision (number),
    rollout_id      bigint,
    closed_reason   text,
    updated_at      timestamptz not null
);
create index change_request_state on change_request (state, id);

create table approval (
    id         bigint generated always as identity primary key,
    change_id  bigint not null references change_request (id),
    approver   text not null,
    verdict    text not null check (verdict in ('APPROVED', 'REJECTED')),
    hash       text not null,
    comment    text not null,
    at         timestamptz not null
);
create index approval_change on approval (change_id);
create function refuse_own_approval() returns trigger language plpgsql as $$
begin
    if new.verdict = 'APPROVED'
            and exists (select 1 from change_request c where c.id = new.change_id and lower(c.author) = lower(new.approver)) then
        raise exception 'the author never approves' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger approval_four_eyes before insert on approval for each row execute function refuse_own_approval();
create trigger approval_insert_only before update or delete on approval for each row execute function refuse_change();
create trigger approval_no_truncate before truncate on approval for each statement execute function refuse_change();
-- Renaming the author would be a way round the rule above.
create function refuse_new_author() returns trigger language plpgsql as $$
begin
    if new.author <> old.author then
        raise exception 'the author of a change request never changes' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger change_request_author before update on change_request for each row execute function refuse_new_author();

-- Agents and what they hold.
create table agent (
    id          bigint generated always as identity primary key,
    version     integer not null default 0,
    name        text not null,
    public_key  text not null,
    enrolled_at timestamptz not null,
    last_seen   timestamptz not null,
    enabled     boolean not null default true,
    agent_version text not null,
    constraint agent_name unique (name)
);
create table agent_server (
    server   text primary key,
    agent_id bigint not null references agent (id)
);
create index agent_server_agent on agent_server (agent_id);

create table enrolment_token (
    id         bigint generated always as identity primary key,
    version    integer not null default 0,
    token_hash text not null,
    servers    text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    used_by    bigint references agent (id),
    constraint enrolment_token_hash unique (token_hash)
);

create table publication (
    id             bigint generated always as identity primary key,
    version        integer not null default 0,
    server         text not null,
    serial         bigint not null,
    revision       bigint not null references revision (number),
    rollout_id     bigint,
    content        text not null,
    digest         text not null,
    confirm_window_seconds integer,
    published_at   timestamptz not null,
    confirmed_at   timestamptz,
    constraint publication_serial unique (server, serial)
);

create table server_report (
    server          text primary key,
    version         integer not null default 0,
    agent_id        bigint not null references agent (id),
    reported_at     timestamptz not null,
    state           text not null,
    active_serial   bigint not null,
    active_revision bigint not null,
    active_digest   text not null,
    undone_serial   bigint not null default 0,
    failed_serial   bigint not null default 0,
    error           text,
    confirm_until   timestamptz,
    observed        text not null,
    last_request_at    timestamptz,
    last_download_at   timestamptz,
    last_activation_at timestamptz
);

-- Rollouts: the whole state is one document, written at each step; what is searched stands beside it.
create table rollout (
    id                bigint generated always as identity primary key,
    version           integer not null default 0,
    change_id         bigint not null references change_request (id),
    revision          bigint not null references revision (number),
    previous_revision bigint not null references revision (number),
    state             text not null,
    snapshot          text not null,
    created_at        timestamptz not null,
    updated_at        timestamptz not null
);
create index rollout_state on rollout (state);

-- Probes, asked for and answered.
create table probe (
    id           bigint generated always as identity primary key,
    version      integer not null default 0,
    batch        text not null,
    rollout_id   bigint,
    ring         text not null,
    server       text not null,
    source       text not null,
    account      text,
    computer     text,
    port         integer not null,
    expected     text not null,
    reason       text not null,
    revision     bigint not null,
    state        text not null,
    verdict      text,
    observed     text,
    explanation  text,
    simulated    boolean not null default false,
    attempts     integer not null default 0,
    transcript   text,
    requested_at timestamptz not null,
    answered_at  timestamptz
);
create index probe_open on probe (server, state);
create index probe_batch on probe (batch);
create index probe_rollout on probe (rollout_id);

-- Answers already given to a client's Idempotency-Key, written with the action itself.
create table idempotency_key (
    client      text not null,
    key         text not null,
    fingerprint text not null,
    status      integer not null,
    location    text,
    etag        text,
    body        text not null,
    created_at  timestamptz not null,
    primary key (client, key)
);

-- The hash of no entries without a parent, as docs/policy-hash.md computes it.
insert into revision (number, hash, parent_hash, created_at, author, note)
values (0, 'a18c85e05a37b0d7553a74936f26aca9f5f3f4725bf2346649dc75f7755f6a20', null, '1970-01-01T00:00:00Z', 'postern', 'The empty policy that every first change is based on.');
