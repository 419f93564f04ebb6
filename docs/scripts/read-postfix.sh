#!/bin/sh
# Writes what says who may submit to the Postfix of this host, and how far, to standard output: for
# postern compile, fidelity and assess --postfix. Changes nothing. Usage: read-postfix.sh [CONFIG_DIR]
set -eu
LC_ALL=C
export LC_ALL
config=${1:-$(postconf -h config_directory)}
echo '== directory'
echo "$config/postern"
echo '== status'
if postfix -c "$config" status >/dev/null 2>&1; then echo running; else echo stopped; fi
echo '== explicit'
postconf -c "$config" -n smtpd_client_restrictions smtpd_relay_restrictions
echo '== effective'
postconf -c "$config" -x smtpd_client_restrictions smtpd_helo_restrictions smtpd_sender_restrictions \
    smtpd_relay_restrictions smtpd_recipient_restrictions smtpd_delay_reject \
    smtpd_reject_unlisted_recipient smtpd_sasl_auth_enable smtpd_authorized_xclient_hosts \
    smtpd_upstream_proxy_protocol mynetworks mynetworks_style mydestination relay_domains \
    inet_interfaces inet_protocols compatibility_level 2>/dev/null
echo '== services'
postconf -c "$config" -Mx
echo '== overrides'
postconf -c "$config" -Px
for table in clients relay; do
    if [ -f "$config/postern/$table.cidr" ]; then
        echo "== $table"
        cat "$config/postern/$table.cidr"
    fi
done
