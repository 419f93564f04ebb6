-- The organisation's accepted domains as the agent read them, JSON; null = not known, which is not the same as an empty list.
alter table server_report add column accepted_domains text;
