-- Which text a revision's hash was made of, see docs/policy-hash.md. Revisions from before this migration, number 0 too, keep
-- their hash of version 1: it is the parent hash of the next, and history is never rewritten.
alter table revision add column hash_version integer not null default 1 check (hash_version in (1, 2));

-- The versions of one entry, newest last: what an appended revision retires, and what a key was at a revision, without reading
-- the policy. A revision introduces a key once at most.
create unique index policy_entry_version on policy_entry (kind, entry_key, introduced_in);
