#!/bin/sh
# Prints the job's OpenID Connect token for the audience sigstore. Dagger runs it when a release comes to signing.
set -eu
curl --fail --silent --show-error --max-time 30 --retry 3 --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sigstore" |
  sed -n 's/.*"value" *: *"\([A-Za-z0-9._-]*\)".*/\1/p' | tr -d '\n'
