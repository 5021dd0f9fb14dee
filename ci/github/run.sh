#!/bin/sh
# Makes the call on a runner of GitHub Actions. It passes the event's facts as arguments, keeps GitHub from reading the tools'
# output as workflow commands, and writes the action's outputs. Settings: those of ci/call.sh, SLIPWAY_BASE and the event's facts.
# action.yml sets them.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/github/facts.sh
. "$here/facts.sh"

hold_event
find_base
hold_policy
test -n "$SLIPWAY_MODULE" || SLIPWAY_MODULE=$(cd "$here/../.." && pwd)
# The workflow's own arguments come last, because dagger uses the last of two arguments with the same name.
SLIPWAY_ARGUMENTS="$(facts)
$SLIPWAY_ARGUMENTS"
SLIPWAY_POLICY_APPROVED="${SLIPWAY_POLICY_APPROVED:-} $(labelled_policies)"
SLIPWAY_TOKEN_SCRIPT=$here/identity-token.sh
export SLIPWAY_MODULE SLIPWAY_ARGUMENTS SLIPWAY_POLICY_APPROVED SLIPWAY_TOKEN_SCRIPT

token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
child=
# shellcheck disable=SC2329 # the trap calls it
pass() { test -z "$child" || kill -TERM "$child" 2>/dev/null; }
trap pass INT TERM HUP
sh "$here/../call.sh" &
child=$!
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
printf '\n::%s::\n' "$token"

case "$code" in
  0) verdict=passed ;;
  1) verdict=failed ;;
  *) verdict=errored ;;
esac
images= evidence=
release=$SLIPWAY_REPORTS/release.json
# The names and digests of images, which Slipway indents by six in this file.
if test "$code" -eq 0 && test "$SLIPWAY_FUNCTION" = release && test -f "$release"; then
  value='": "\([A-Za-z0-9._:/-]*\)",$'
  images=$(sed -n -e 's|^      "name'"$value"'|name \1|p' -e 's|^      "digest'"$value"'|digest \1|p' "$release" |
    awk '$1 == "name" { name = $2 } $1 == "digest" { print name "@" $2 }')
  evidence=$(sed -n 's|^  "evidence": "\(sha256:[0-9a-f]*\)",$|\1|p' "$release")
fi
digest=
test "$(printf '%s\n' "$images" | wc -l)" -ne 1 || digest=${images##*@}
{
  printf 'verdict=%s\ndigest=%s\nevidence=%s\n' "$verdict" "$digest" "$evidence"
  printf 'images<<%s\n%s\n%s\n' "$token" "$images" "$token"
} >>"$GITHUB_OUTPUT"
exit "$code"
