#!/usr/bin/env bash
# Measures decisions over HTTP against endpoints that decide nothing: same process, same bodies, same
# authentication, alternating rounds. Needs Maven, Java 17, wrk, curl, jq. Stops only what it started.
#
#   src/jmh/http/measure.sh            build, start, fill, measure
#   APPLICATION=dir src/jmh/http/measure.sh   measure a build that was made with -Dpostern.benchmark.noop=true
#
# GRANTS (1000), ROUNDS (5), SECONDS_EACH (8), WARM_UP (15), CONNECTIONS (16), PORT (18080) may be set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
grants=${GRANTS:-1000} rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-8} warm=${WARM_UP:-15}
connections=${CONNECTIONS:-16} port=${PORT:-18080}
application=${APPLICATION:-$root/target/benchmark}
for tool in wrk curl jq; do
  command -v "$tool" > /dev/null || { echo "measure.sh: $tool is needed" >&2; exit 2; }
done

if [ -z "${APPLICATION:-}" ]; then
  (cd "$root" && mvn -B -ntp -q package -DskipTests -Dpostern.benchmark.noop=true \
    -Dquarkus.package.output-directory=benchmark)
fi

work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT

java -Xmx1g -jar "$application/quarkus-run.jar" server --data "$work/data" --port "$port" \
  > "$work/log" 2>&1 &
server=$!
base=http://127.0.0.1:$port
for _ in $(seq 120); do
  curl -fs "$base/q/health/ready" > /dev/null && break
  kill -0 "$server" 2> /dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 1
done

call() { # METHOD PATH USER [BODY-FILE] [HEADER]
  curl -sS --fail-with-body -X "$1" "$base$2" -u "$3" -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
    -H 'Content-Type: application/json' ${5:+-H "$5"} ${4:+--data-binary "@$4"}
}
admin=admin:$(cat "$work/data/initial-admin-password")
password="measured in the open"
for person in 'ann ["author","operator","reader"]' 'bob ["approver"]'; do
  jq -n --arg name "${person%% *}" --arg password "$password" --argjson roles "${person#* }" '$ARGS.named' > "$work/user"
  call POST /api/v1/users "$admin" "$work/user" > /dev/null
done

awk -v grants="$grants" 'BEGIN {
  print "version: 1\nacceptedDomains: [contoso.example]\nservers:"
  for (i = 1; i <= 4; i++)
    printf "  - {name: ex%02d, addresses: [10.250.0.%d], enforcement: [exchange], mode: observe}\n", i, i
  print "principals:"
  for (i = 0; i < 200; i++) printf "  - {name: \"CONTOSO\\\\svc-%04d\", kind: user}\n", i
  print "grants:"
  for (i = 0; i < grants; i++) {
    block = i * 7919 % 262144
    printf "  - {key: grant-%05d, from: {addresses: [10.%d.%d.0/%d]", i, block / 65536, block / 256 % 256, 24 + i % 5
    if (i % 4 == 0) printf ", accounts: [\"CONTOSO\\\\svc-%04d\"]", i % 200
    printf "}, to: {servers: [%s]}, tier: %s, owner: team, reason: measured, expires: 2099-01-01}\n", i % 3 ? "\"*\"" : "ex01", i % 6 ? "internal" : "relay"
  }
  print "blocks:\n  - {key: infected, from: {addresses: [10.1.128.0/20]}, to: {servers: [\"*\"]}, reason: measured}"
}' > "$work/policy.yaml"
jq -n --rawfile policy "$work/policy.yaml" '{title: "measured policy", policy: $policy}' > "$work/change"
call POST /api/v1/change-requests:fromPolicy "ann:$password" "$work/change" > "$work/made"
id=$(jq .id "$work/made")
path=/api/v1/change-requests/$id
call POST "$path:submit" "ann:$password" "" "If-Match: \"$(jq .version "$work/made")\"" > "$work/next"
jq '{hash: .analysis.hash, comment: ""}' "$work/next" > "$work/approval"
call POST "$path:approve" "bob:$password" "$work/approval" "If-Match: \"$(jq .version "$work/next")\"" > "$work/made"
call POST "$path:apply" "ann:$password" "" "If-Match: \"$(jq .version "$work/made")\"" > "$work/next"
revision=$(jq .resultRevision "$work/next")

echo '{"address":"10.1.128.7","server":"ex01"}' > "$work/question"
answer=$(call POST /api/v1/decisions "ann:$password" "$work/question")
[ "$(jq -r '"\(.revision) \(.tier) \(.block)"' <<< "$answer")" = "$revision none infected" ] ||
  { echo "measure.sh: an unexpected answer: $answer" >&2; exit 1; }

export POSTERN_AUTHORIZATION="Basic $(printf 'ann:%s' "$password" | base64 -w0)"
rate() { # SCRIPT PATH SECONDS
  wrk -t1 -c"$connections" -d"$3s" -s "$here/$1" "$base" -- "$2" > "$work/wrk"
  if grep -q 'Non-2xx\|Socket errors' "$work/wrk"; then
    cat "$work/wrk" >&2
    exit 1
  fi
  awk '/Requests\/sec/ {print $2}' "$work/wrk"
}
median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
compare() { # NAME SCRIPT NO-OP-PATH PATH
  rate "$2" "$3" "$warm" > /dev/null
  rate "$2" "$4" "$warm" > /dev/null
  : > "$work/ratios"
  for round in $(seq "$rounds"); do
    # The order changes with each round, so that a drift of the machine favours neither.
    if [ $((round % 2)) = 1 ]; then
      without=$(rate "$2" "$3" "$seconds")
      with=$(rate "$2" "$4" "$seconds")
    else
      with=$(rate "$2" "$4" "$seconds")
      without=$(rate "$2" "$3" "$seconds")
    fi
    ratio=$(awk -v a="$with" -v b="$without" 'BEGIN {printf "%.3f", a / b}')
    echo "$ratio" >> "$work/ratios"
    printf '%-8s round %d: no-op %10.1f/s, decisions %10.1f/s, ratio %s\n' "$1" "$round" "$without" "$with" "$ratio"
  done
  printf '%-8s median ratio %s\n' "$1" "$(median < "$work/ratios")"
}
echo "$(nproc) cores, $(java -version 2>&1 | head -1), $grants grants, $connections connections, load before: $(cut -d' ' -f1 /proc/loadavg)"
compare single single.lua /api/v1/benchmark/no-op /api/v1/decisions
compare batch batch.lua /api/v1/benchmark/no-op-batch /api/v1/decisions:batch
# For the record: an endpoint that does not even read the body.
compare stored single.lua /api/v1/benchmark/stored /api/v1/decisions
