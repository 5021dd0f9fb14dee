#!/bin/sh
# Makes one `dagger call` of Slipway and always leaves its reports: what every CI wrapper runs, and any shell can.
#
#   SLIPWAY_FUNCTION   ci (by default) or release
#   SLIPWAY_MODULE     the module, as `dagger call -m` takes it: a Git reference, or a folder
#   SLIPWAY_ARGUMENTS  further arguments of the function, one a line, each as --name=value or --name
#   SLIPWAY_SOURCE     the repository's folder; . by default
#   SLIPWAY_REPORTS    where the reports go; reports by default
#   SLIPWAY_ENGINE_TIMEOUT  how long an engine that the environment names may take to answer, in seconds; 60 by default
#
# A release takes each of these as its argument of the same name where it is set and not empty: SLIPWAY_REGISTRY_PASSWORD as
# --registry-password=env://…, and so REPLICA_PASSWORD, SIGNING_KEY, SIGNING_PASSWORD, GIT_PASSWORD, GIT_SSH_KEY, FORGE_TOKEN.
#
# Exit code: 0 passed or released; 1 a check failed; 2 anything else, such as a check or a call that broke down; 128 and the
# signal's number when it was cancelled. What is handed over is data: it reaches dagger as arguments, and no shell reads it.
set -u

floor=0.19.10 # dagger.json's engineVersion, which a test compares
: "${SLIPWAY_FUNCTION:=ci}"
: "${SLIPWAY_MODULE:=github.com/OWNER/slipway@v0.1.0}"
: "${SLIPWAY_ARGUMENTS:=}"
: "${SLIPWAY_SOURCE:=.}"
: "${SLIPWAY_REPORTS:=reports}"
newline='
'

# Says on stderr what stopped the call, CODE: what, remedy; and ends with the code of a breakdown.
refuse() {
  printf '%s\n' "$1" >&2
  exit 2
}

# Whether a text has control characters, which no name or path needs, and which terminals and logs obey.
has_control() {
  test "$(printf '%s' "$1" | LC_ALL=C tr -d '\000-\037\177' | wc -c)" -ne "$(printf '%s' "$1" | wc -c)"
}

# Whether version $1 is at least version $2.
at_least() {
  printf '%s.%s\n' "$1" "$2" | awk -F. '{ for (i = 1; i <= 3; i++) if ($i + 0 != $(i + 3) + 0) exit ($i + 0 < $(i + 3) + 0) }'
}

hold_settings() {
  case "$SLIPWAY_FUNCTION" in
    ci | release) ;;
    *) refuse "ARGUMENT_INVALID: SLIPWAY_FUNCTION is none that this script calls. Set it to ci or release." ;;
  esac
  if has_control "$SLIPWAY_MODULE$SLIPWAY_SOURCE$SLIPWAY_REPORTS"; then
    refuse "ARGUMENT_INVALID: the module, the source or the reports' folder has a control character in its name. Take it out."
  fi
  if has_control "$(printf '%s' "$SLIPWAY_ARGUMENTS" | tr -d '\n')"; then
    refuse "ARGUMENT_INVALID: SLIPWAY_ARGUMENTS has a control character. Put one argument on each line, with line ends of Unix."
  fi
}

hold_dagger() {
  command -v dagger >/dev/null 2>&1 ||
    refuse "ENGINE_MISSING: there is no dagger on PATH. Install Dagger's CLI $floor or newer: https://docs.dagger.io/install"
  version=$(dagger version 2>/dev/null | sed -n 's/^dagger v\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
  if test -n "$version" && ! at_least "$version" "$floor"; then
    refuse "ENGINE_TOO_OLD: dagger on PATH is $version. Install Dagger's CLI $floor or newer, and an engine of its version."
  fi
}

# Whether a variable is there and not empty; its name has to be one already.
is_set() {
  eval "test -n \"\${$1:-}\""
}

# Holds that a credential that an argument takes from the environment is there. CI systems make an empty one of a secret that is
# not set, or that a pull request from a fork may not have.
hold_credential() {
  variable=${1#*=env:}
  variable=${variable#//}
  case "$variable" in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 0 ;; # dagger says what is wrong with it
  esac
  is_set "$variable" ||
    refuse "CREDENTIAL_MISSING: ${1%%=*} takes $variable from the environment, where it is not set, or empty. Set the secret and hand it over; pull requests from forks get none."
}

# Holds that who logs in at $1 of a release, among the arguments in $given, comes with what opens it.
hold_login() {
  case "$given" in
    *"$newline--$1-password="* | *"$newline--$1-ssh-key="*) return 0 ;;
    *"$newline--$1-username="*) ;;
    *) return 0 ;;
  esac
  refuse "CREDENTIAL_MISSING: --$1-username is there, and no password to it. Set the secret and hand it over as SLIPWAY_$2, or name it by --$1-password=env://NAME."
}

# Runs a command, passes a signal on to it, and comes back only when it has ended: its exit code is in $code. A second signal
# kills it. It gets TERM for INT too, since a shell's background commands ignore INT.
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

# Prints the value of a key at the top of one of Slipway's own JSON files: these are indented by two, and the text of no value
# has a line of its own.
top() {
  test -f "$SLIPWAY_REPORTS/$1" || return 0
  sed -n 's/^  "'"$2"'": "\([a-z]*\)",\{0,1\}$/\1/p' "$SLIPWAY_REPORTS/$1" | head -n 1
}

# Asks the engine for its version; a cancelled job ends here too. What dagger says is shown only when it fails.
hold_engine() {
  words=$(mktemp) || refuse "CALL_FAILED: no temporary file can be made. Let this user write to the folder that TMPDIR names, or to /tmp."
  set -- dagger --silent core version
  command -v timeout >/dev/null 2>&1 && set -- timeout "${SLIPWAY_ENGINE_TIMEOUT:-60}" "$@"
  run "$@" 2>"$words"
  test "$code" -eq 0 || tail -n 20 "$words" >&2
  rm -f -- "$words"
  test "$signal" -eq 0 || cancelled
  test "$code" -eq 0 ||
    refuse "ENGINE_UNREACHABLE: no engine answers. Give this machine Docker or Podman, or name a running engine by _EXPERIMENTAL_DAGGER_RUNNER_HOST."
}

cancelled() {
  printf '%s\n' "CALL_CANCELLED: the call was cancelled, and dagger has ended. Start it again for a verdict." >&2
  exit $((128 + signal))
}

# Without a summary there is no verdict, whatever dagger's own exit code says.
broke_down() {
  said="dagger ended with exit code $code and left no verdict; what it said is above"
  test "$code" -eq 0 || hold_engine
  refuse "CALL_FAILED: $said. Mend what it names: the module's reference, an argument, a credential that is missing."
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
    refused) said="RELEASE_REFUSED: this call wrote nothing. Mend what is named above, and release again." ;;
    incomplete) said="RELEASE_INCOMPLETE: the release did not come to its end. Mend what is named above; a call anew goes on with it." ;;
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
# Dagger waits for an engine that is named for many minutes; one that it starts itself may take a while.
test -z "${_EXPERIMENTAL_DAGGER_RUNNER_HOST:-}" || hold_engine

if test "$SLIPWAY_FUNCTION" = release; then
  case "$newline$SLIPWAY_ARGUMENTS" in
    *"$newline"--git=*) ;;
    *) test -d "$SLIPWAY_SOURCE/.git" || refuse \
      "HISTORY_MISSING: $SLIPWAY_SOURCE is no clone, and what is released is a commit. Check the repository out by git, or add --git=DIR." ;;
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
    *[!\ ]*) refuse "ARGUMENT_INVALID: a line of SLIPWAY_ARGUMENTS is no argument of its own. Write each as --name=value, on one line." ;;
  esac
done
if test "$SLIPWAY_FUNCTION" = release; then
  given=$newline$(printf '%s\n' "$@")
  hold_login registry REGISTRY_PASSWORD
  hold_login replica REPLICA_PASSWORD
  hold_login git "GIT_PASSWORD or SLIPWAY_GIT_SSH_KEY"
fi

# A verdict of an earlier run must not pass for this one's.
for name in summary.json summary.md verdict.txt release.json release.txt findings.json findings.sarif; do
  rm -f -- "$SLIPWAY_REPORTS/$name" || refuse \
    "REPORTS_UNWRITABLE: $SLIPWAY_REPORTS holds an earlier run's reports, which cannot be removed. Name another folder, or let this user write there."
done
run dagger call --progress=plain -m "$SLIPWAY_MODULE" "$@" export "--path=$SLIPWAY_REPORTS"
echo >&2 # dagger ends without a line's end
test "$signal" -eq 0 || cancelled
for screen in release.txt verdict.txt summary.md; do
  test -f "$SLIPWAY_REPORTS/$screen" && cat "$SLIPWAY_REPORTS/$screen" && break
done
"conclude_$SLIPWAY_FUNCTION"
