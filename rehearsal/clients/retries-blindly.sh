#!/bin/sh
# A client that sends a create again, whatever became of the first one.
set -eu

create() {
  curl --silent --show-error --fail "$WIDGETS_API_URL/api/v1/widgets" --output /dev/null \
    --header "Authorization: Bearer $WIDGETS_API_KEY" --header "Content-Type: application/json" \
    --data '{"name":"Bakery","site_url":"https://bakery.example"}'
}

for attempt in 1 2 3; do
  if create; then
    exit 0
  fi
  sleep 1
done
exit 1
