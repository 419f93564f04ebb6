-- The server's Windows firewall as far as it says who reaches its ports, JSON; null = its agent keeps none.
alter table server_report add column firewall text;
-- Whether probes of the agent can show any account and computer to the server, as a simulated one's can.
alter table server_report add column shows_identities boolean not null default false;
-- The pickup folder with the newest files seen there, and the machine's object model guard, JSON; null = its agent keeps none.
alter table server_report add column pickup text;
alter table server_report add column pickup_drops text not null default '[]';
alter table server_report add column outlook_guard text;
