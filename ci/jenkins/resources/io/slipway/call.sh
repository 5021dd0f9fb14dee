#!/bin/sh
# Makes one `dagger call` of Slipway and keeps its reports, whatever the verdict. Every CI wrapper runs this script, and you can
# run it in any shell.
#
#   SLIPWAY_FUNCTION   ci or release; default: ci
#   SLIPWAY_MODULE     the module, as `dagger call -m` takes it: a Git reference or a folder; default: Slipway of this version
#   SLIPWAY_ARGUMENTS  further arguments of the function, one per line, each as --name=value or --name
#   SLIPWAY_SOURCE     the repository's folder; default: .
#   SLIPWAY_REPORTS    the folder for the reports; default: reports
#   SLIPWAY_ENGINE_TIMEOUT  seconds within which an engine must answer; default: 60
#
# A release reads its credentials from these variables, if they are set and not empty. Each becomes the argument of the same name,
# as in --registry-password=env://SLIPWAY_REGISTRY_PASSWORD:
#
#   SLIPWAY_REGISTRY_PASSWORD, SLIPWAY_REPLICA_PASSWORD, SLIPWAY_SIGNING_KEY, SLIPWAY_SIGNING_PASSWORD,
#   SLIPWAY_GIT_PASSWORD, SLIPWAY_GIT_SSH_KEY, SLIPWAY_FORGE_TOKEN
#
# Exit codes:
#   0      passed or released
#   1      a check failed
#   2      anything else, for example a check or a call that broke down
#   128+N  cancelled by signal N
#
# All settings are data: dagger gets them as arguments, and no shell evaluates them.
set -u

floor=0.19.10 # dagger.json's engineVersion; a test compares them
: "${SLIPWAY_FUNCTION:=ci}"
: "${SLIPWAY_MODULE:=github.com/OWNER/slipway@v0.1.0}"
: "${SLIPWAY_ARGUMENTS:=}"
: "${SLIPWAY_SOURCE:=.}"
: "${SLIPWAY_REPORTS:=reports}"
newline='
'

# Prints an error on stderr, as CODE: what, remedy, and exits with 2.
refuse() {
  printf '%s\n' "$1" >&2
  exit 2
}

# Says whether a text has control characters. No name or path needs them, and terminals and logs obey them.
has_control() {
  test "$(printf '%s' "$1" | LC_ALL=C tr -d '\000-\037\177' | wc -c)" -ne "$(printf '%s' "$1" | wc -c)"
}

# Says whether version $1 is at least version $2.
at_least() {
  printf '%s.%s\n' "$1" "$2" | awk -F. '{ for (i = 1; i <= 3; i++) if ($i + 0 != $(i + 3) + 0) exit ($i + 0 < $(i + 3) + 0) }'
}

hold_settings() {
  case "$SLIPWAY_FUNCTION" in
    ci | release) ;;
    *) refuse "ARGUMENT_INVALID: SLIPWAY_FUNCTION is neither ci nor release. Set it to one of these." ;;
  esac
  if has_control "$SLIPWAY_MODULE$SLIPWAY_SOURCE$SLIPWAY_REPORTS"; then
    refuse "ARGUMENT_INVALID: SLIPWAY_MODULE, SLIPWAY_SOURCE or SLIPWAY_REPORTS has a control character. Remove it."
  fi
  if has_control "$(printf '%s' "$SLIPWAY_ARGUMENTS" | tr -d '\n')"; then
    refuse "ARGUMENT_INVALID: SLIPWAY_ARGUMENTS has a control character. Put one argument on each line, with Unix line ends."
  fi
}

hold_dagger() {
  command -v dagger >/dev/null 2>&1 ||
    refuse "ENGINE_MISSING: there is no dagger on PATH. Install Dagger's CLI $floor or newer: https://docs.dagger.io/install"
  version=$(dagger version 2>/dev/null | sed -n 's/^dagger v\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
  if test -n "$version" && ! at_least "$version" "$floor"; then
    refuse "ENGINE_TOO_OLD: dagger on PATH is $version. Install Dagger's CLI $floor or newer, and an engine of the same version."
  fi
}

# Says whether a variable is set and not empty. The caller must check that $1 is a valid name.
is_set() {
  eval "test -n \"\${$1:-}\""
}

# Checks that a variable exists if an argument reads a credential from it. CI systems pass an empty variable for a secret that is
# not set, and for every secret in a pull request from a fork.
hold_credential() {
  variable=${1#*=env:}
  variable=${variable#//}
  case "$variable" in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 0 ;; # dagger itself reports an invalid name
  esac
  is_set "$variable" ||
    refuse "CREDENTIAL_MISSING: ${1%%=*} reads the variable $variable, which is empty or not set. Set the secret, and pass it as $variable. Pull requests from forks get no secrets."
}

# Checks that a release with a user name for $1, among the arguments in $given, also has a password or a key.
hold_login() {
  case "$given" in
    *"$newline--$1-password="* | *"$newline--$1-ssh-key="*) return 0 ;;
    *"$newline--$1-username="*) ;;
    *) return 0 ;;
  esac
  refuse "CREDENTIAL_MISSING: --$1-username has no password. Set the secret and pass it as SLIPWAY_$2, or as --$1-password=env://NAME."
}

# Runs a command and forwards signals to it. Returns only when the command has ended, with its exit code in $code. A second signal
# kills it. INT is forwarded as TERM, because a shell's background commands ignore INT.
run() {
  signal=0 child=
  trap 'cancel 2' INT
  trap 'cancel 15' TERM
  trap 'cancel 1' HUP
  "$@" </dev/null >&2 &
  child=$!
  test "$signal" -eq 0 || kill -TERM "$child"
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  trap - INT TERM HUP
}

cancel() {
  test "$signal" -eq 0 && with=TERM || with=KILL
  signal=$1
  test -z "$child" || kill "-$with" "$child" 2>/dev/null
}

# Prints the value of a top-level key of one of Slipway's own JSON files. These are indented by two, and no value's text has a line
# of its own.
top() {
  test -f "$SLIPWAY_REPORTS/$1" || return 0
  sed -n 's/^  "'"$2"'": "\([a-z]*\)",\{0,1\}$/\1/p' "$SLIPWAY_REPORTS/$1" | head -n 1
}

# Asks the engine for its version. A cancelled job ends here too. Dagger's messages are shown only if it fails.
hold_engine() {
  words=$(mktemp) || refuse "CALL_FAILED: cannot create a temporary file. Allow this user to write to the folder in TMPDIR, or to /tmp."
  set -- dagger --silent core version
  command -v timeout >/dev/null 2>&1 && set -- timeout "${SLIPWAY_ENGINE_TIMEOUT:-60}" "$@"
  run "$@" 2>"$words"
  test "$code" -eq 0 || tail -n 20 "$words" >&2
  rm -f -- "$words"
  test "$signal" -eq 0 || cancelled
  test "$code" -eq 0 ||
    refuse "ENGINE_UNREACHABLE: no engine answers. Install Docker or Podman on this machine, or set _EXPERIMENTAL_DAGGER_RUNNER_HOST to a running engine."
}

cancelled() {
  printf '%s\n' "CALL_CANCELLED: the call was cancelled, and dagger has ended. Run it again for a verdict." >&2
  exit $((128 + signal))
}

# Without a summary there is no verdict, whatever dagger's own exit code says.
broke_down() {
  said="dagger ended with exit code $code and without a verdict; its messages are above"
  test "$code" -eq 0 || hold_engine
  refuse "CALL_FAILED: $said. Fix what they name: the module's reference, an argument or a missing credential."
}

conclude_ci() {
  case "$(top summary.json outcome)" in
    passed) test "$code" -ne 0 || exit 0; broke_down ;;
    failed) verdict=1 ;;
    errored) verdict=2 ;;
    *) broke_down ;;
  esac
  printf '%s\n' "VERDICT_FAILED: not every check passed. Each is named above; the reports are in $SLIPWAY_REPORTS." >&2
  exit "$verdict"
}

conclude_release() {
  case "$(top release.json outcome)" in
    released) test "$code" -ne 0 || exit 0; broke_down ;;
    refused) said="RELEASE_REFUSED: this call wrote nothing. Fix the errors above, and release again." ;;
    incomplete) said="RELEASE_INCOMPLETE: the release did not finish. Fix the errors above, and release again: the next call continues it." ;;
    *) broke_down ;;
  esac
  printf '%s\n' "$said" >&2
  test "$(top release.json verdict)" = failed && exit 1
  exit 2
}

hold_settings
hold_dagger
export DAGGER_NO_NAG=1
test -t 2 || export NO_COLOR=1
# Dagger waits many minutes for a named engine, so this checks it first. An engine that dagger itself starts may take a while.
test -z "${_EXPERIMENTAL_DAGGER_RUNNER_HOST:-}" || hold_engine

if test "$SLIPWAY_FUNCTION" = release; then
  case "$newline$SLIPWAY_ARGUMENTS" in
    *"$newline"--git=*) ;;
    *) test -d "$SLIPWAY_SOURCE/.git" || refuse \
      "HISTORY_MISSING: $SLIPWAY_SOURCE is not a git clone, and a release needs a commit. Clone the repository with git, or add --git=DIR." ;;
  esac
  set -- release-reports "--git=$SLIPWAY_SOURCE/.git"
  for name in registry-password replica-password signing-key signing-password git-password git-ssh-key forge-token; do
    variable=SLIPWAY_$(printf '%s' "$name" | tr 'a-z-' 'A-Z_')
    if is_set "$variable"; then set -- "$@" "--$name=env://$variable"; fi
  done
else
  set -- reports "--source=$SLIPWAY_SOURCE"
fi
rest=$SLIPWAY_ARGUMENTS$newline
while test -n "$rest"; do
  line=${rest%%"$newline"*}
  rest=${rest#*"$newline"}
  case "$line" in
    --[a-z]*=env:*) hold_credential "$line" && set -- "$@" "$line" ;;
    --[a-z]*) set -- "$@" "$line" ;;
    *[!\ ]*) refuse "ARGUMENT_INVALID: a line of SLIPWAY_ARGUMENTS is not an argument. Write each argument as --name=value, on one line." ;;
  esac
done
if test "$SLIPWAY_FUNCTION" = release; then
  given=$newline$(printf '%s\n' "$@")
  hold_login registry REGISTRY_PASSWORD
  hold_login replica REPLICA_PASSWORD
  hold_login git "GIT_PASSWORD or SLIPWAY_GIT_SSH_KEY"
fi

# A verdict of an earlier run must not look like the verdict of this one.
for name in summary.json summary.md verdict.txt release.json release.txt findings.json findings.sarif; do
  rm -f -- "$SLIPWAY_REPORTS/$name" || refuse \
    "REPORTS_UNWRITABLE: $SLIPWAY_REPORTS holds an earlier run's reports, which cannot be removed. Set SLIPWAY_REPORTS to another folder, or allow this user to write there."
done
run dagger call --progress=plain -m "$SLIPWAY_MODULE" "$@" export "--path=$SLIPWAY_REPORTS"
echo >&2 # dagger's output ends without a line break
test "$signal" -eq 0 || cancelled
for screen in release.txt verdict.txt summary.md; do
  test -f "$SLIPWAY_REPORTS/$screen" && cat "$SLIPWAY_REPORTS/$screen" && break
done
"conclude_$SLIPWAY_FUNCTION"
