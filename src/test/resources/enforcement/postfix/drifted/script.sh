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
    # Write clients.cidr (5 ranges, 260 addresses) and relay.cidr (1 range, 1 address).
    mkdir -p -m 700 "$tables"
    table clients.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
10.20.0.11 DUNNO
10.20.30.0/24 DUNNO
10.20.40.7 DUNNO
127.0.0.1 DUNNO
::1 DUNNO
0.0.0.0/0 REJECT Not allowed to submit mail here
::/0 REJECT Not allowed to submit mail here
POSTERN_TABLE_ENDS
    table relay.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
10.20.40.7 OK
POSTERN_TABLE_ENDS
    postfix reload
    # Set smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr
    expect smtpd_client_restrictions 'set check_client_access cidr:/etc/postfix/postern/clients.cidr, reject_unknown_reverse_client_hostname'
    postconf -e 'smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr'
    postfix reload
    # Set smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination
    expect smtpd_relay_restrictions 'set permit_mynetworks, check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination'
    postconf -e 'smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination'
    postfix reload
    ;;
undo)
    # Set smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination
    expect smtpd_relay_restrictions 'set check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination'
    postconf -e 'smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/postern/relay.cidr, reject_unauth_destination'
    postfix reload
    # Set smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr, reject_unknown_reverse_client_hostname
    expect smtpd_client_restrictions 'set check_client_access cidr:/etc/postfix/postern/clients.cidr'
    postconf -e 'smtpd_client_restrictions = check_client_access cidr:/etc/postfix/postern/clients.cidr, reject_unknown_reverse_client_hostname'
    postfix reload
    # Write clients.cidr (6 ranges, 261 addresses) and relay.cidr (1 range, 1 address).
    mkdir -p -m 700 "$tables"
    table clients.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
10.20.0.11 DUNNO
10.20.30.0/24 DUNNO
10.20.40.7 DUNNO
10.20.77.1 DUNNO
127.0.0.1 DUNNO
::1 DUNNO
0.0.0.0/0 REJECT Not allowed to submit mail here
::/0 REJECT Not allowed to submit mail here
POSTERN_TABLE_ENDS
    table relay.cidr <<'POSTERN_TABLE_ENDS'
# Kept by Postern: who may submit mail here. Do not edit: each change of the
# policy writes it anew. What main.cf held before, for whoever undoes it by hand:
# found: smtpd_client_restrictions is not set
# found: smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
10.20.40.7 OK
POSTERN_TABLE_ENDS
    postfix reload
    ;;
*)
    echo "usage: $0 apply|undo" >&2
    exit 2
    ;;
esac
