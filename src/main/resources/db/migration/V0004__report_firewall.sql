-- The server's Windows firewall as far as it says who reaches its ports, JSON; null = its agent keeps none.
alter table server_report add column firewall text;
-- Whether probes of the agent can show any account and computer to the server, as a simulated one's can.
alter table server_report add column shows_identities boolean not null default false;
