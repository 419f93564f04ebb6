-- A rollout at its end whose gone servers are still waited for; the document beside it names them.
alter table rollout add column watched boolean not null default false;
create index rollout_watched on rollout (id) where watched;
