-- Where a probe connects to (null = the server's first address of the source's family), which probes must end alike with it (empty = it stands alone), and which vantage is asked (null = whoever stands at the source).
alter table probe add column target text;
alter table probe add column region text not null default '';
alter table probe add column vantage text;
create index probe_vantage on probe (vantage, state);
-- As whom an agent can probe besides nobody in particular, JSON.
alter table agent add column contexts text not null default '[]';
-- Automation outside that probes by itself and posts what it saw; addresses a line each, contexts JSON.
create table external_vantage (
    id            bigint generated always as identity primary key,
    version       integer not null default 0,
    name          text not null,
    account       text not null,
    addresses     text not null,
    contexts      text not null,
    registered_by text not null,
    registered_at timestamptz not null,
    last_seen     timestamptz not null,
    constraint external_vantage_name unique (name)
);
