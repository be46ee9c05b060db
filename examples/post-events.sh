#!/bin/sh
# Posts a file of events, a JSON object a line, and tries again until they are durable:
#
#   EVENTS_TOKEN=... sh post-events.sh events.jsonl http://localhost:9877
#
# The key stays the same from one try to the next, so that the events count once.
set -eu

exec curl --silent --show-error --fail-with-body --retry 10 --retry-connrefused \
  --header "Authorization: Bearer ${EVENTS_TOKEN:-none}" \
  --header "Content-Type: application/x-ndjson" \
  --header "Idempotency-Key: $(sha256sum "$1" | cut -c -32)" \
  --data-binary "@$1" "$2/api/v1/events"
