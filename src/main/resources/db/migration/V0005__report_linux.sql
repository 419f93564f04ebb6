-- Our nftables table on the post's host with what else bears on its ports, and the Postfix that is the server, JSON; null = its agent keeps none.
alter table server_report add column nftables text;
alter table server_report add column postfix text;
-- From which of its own addresses an agent can probe, a line each.
alter table agent add column addresses text not null default '';
