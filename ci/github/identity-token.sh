#!/bin/sh
# Prints the job's OpenID Connect token for the audience sigstore. Dagger runs it when a release signs. An empty answer is an
# error. The request's own token goes to curl through stdin, because any process can read another's arguments.
set -eu

fail() {
  printf '%s\n' "CREDENTIAL_MISSING: GitHub $1, so keyless signing is not possible. Check githubstatus.com, give the job id-token: write, and run it again." >&2
  exit 2
}

answer=$(printf 'Authorization: bearer %s\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  curl --fail --silent --show-error --max-time 30 --retry 3 --header @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sigstore") ||
  fail "did not answer the request for the job's token"
token=$(printf '%s' "$answer" | tr -d '\n' | sed -n 's/.*"value" *: *"\([A-Za-z0-9._-]*\)".*/\1/p')
test -n "$token" || fail "answered without the job's token"
printf '%s' "$token"
