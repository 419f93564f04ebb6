#!/bin/sh
# Postfix of mx1, by Postern.
# Run it there as root: 'apply' takes the steps, 'undo' takes them back.
set -eu
LC_ALL=C
export LC_ALL

# The value of a parameter in main.cf: 'set <value>' or 'not set'.
shown() {
    line=$(postconf -n "$1" 2>/dev/null)
    if [ -z "$line" ]; then echo 'not set'; return; fi
    value=$(printf '%s\n' "$line" | sed -e 's/^[^=]*=//' -e 's/^ *//' -e 's/ *$//')
    printf 'set %s\n' "$value"
}

# Whether a parameter is as it was when this script was written.
expect() {
    if [ "$(shown "$1")" != "$2" ]; then
        echo "$1 is not as it was when this script was written: $(shown "$1")" >&2
        exit 1
    fi
}

# Replaces a table by standard input, old or new and never half.
table() {
    cat > "$tables/$1.part"
    sync "$tables/$1.part"
    mv "$tables/$1.part" "$tables/$1"
    sync "$tables"
}

tables='/etc/postfix/postern'
case "${1:-}" in
apply)
    # Write clients.cidr (12 ranges, about 2^64 addresses) and relay.cidr (3 ranges, 5 addresses).
    mkdir -p -m 700 "$tables"
    table clients.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
10.20.0.11 DUNNO
10.20.0.50/31 DUNNO
10.20.0.52 DUNNO
10.20.30.0/27 DUNNO
10.20.30.32/29 DUNNO
10.20.30.40 DUNNO
10.20.30.42/31 DUNNO
10.20.30.44/30 DUNNO
10.20.30.48/28 DUNNO
10.20.30.64/27 DUNNO
10.20.30.96/31 DUNNO
10.20.30.98 DUNNO
10.20.30.100/30 DUNNO
10.20.30.104/29 DUNNO
10.20.30.112/28 DUNNO
10.20.30.128/25 DUNNO
10.20.31.5 DUNNO
10.20.31.6/31 DUNNO
10.20.31.8/31 DUNNO
10.20.40.7 DUNNO
127.0.0.1 DUNNO
::1 DUNNO
fd00:20::11 DUNNO
fd00:20:30::/64 DUNNO
fd00:20:40::7 DUNNO
0.0.0.0/0 REJECT Not allowed to submit mail here
::/0 REJECT Not allowed to submit mail here
POSTERN_TABLE_ENDS
    table relay.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
10.20.0.50/31 OK
10.20.0.52 OK
10.20.40.7 OK
fd00:20:40::7 OK
POSTERN_TABLE_ENDS
    postfix reload
    # Set smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr
    expect smtpd_client_restrictions 'not set'
    postconf -e 'smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr'
    postfix reload
    # Set smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/postern/relay.cidr, permit_sasl_authenticated, reject_unauth_destination
    expect smtpd_relay_restrictions 'set permit_mynetworks permit_sasl_authenticated defer_unauth_destination'
    postconf -e 'smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/postern/relay.cidr, permit_sasl_authenticated, reject_unauth_destination'
    postfix reload
    ;;
undo)
    # Set smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
    expect smtpd_relay_restrictions 'set check_client_access cidr:/etc/postfix/postern/relay.cidr, permit_sasl_authenticated, reject_unauth_destination'
    postconf -e 'smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination'
    postfix reload
    # Take smtpd_client_restrictions from main.cf, where it was not set before.
    expect smtpd_client_restrictions 'set check_client_access cidr:/etc/postfix/postern/clients.cidr'
    postconf -X smtpd_client_restrictions
    postfix reload
    # Remove clients.cidr and relay.cidr, which nothing refers to any more.
    rm -f "$tables/clients.cidr" "$tables/relay.cidr"
    postfix reload
    ;;
*)
    echo "usage: $0 apply|undo" >&2
    exit 2
    ;;
esac
