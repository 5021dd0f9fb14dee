#!/bin/sh
# Makes one `dagger call` of Slipway and keeps its reports, whatever the verdict. Every CI wrapper runs this script, and you can
# run it in any shell.
#
#   SLIPWAY_FUNCTION   ci or release; default: ci
#   SLIPWAY_MODULE     the module, as `dagger call -m` takes it: a Git reference or a folder; default: Slipway of this version
#   SLIPWAY_ARGUMENTS  further arguments of the function, one per line, each as --name=value or --name
#   SLIPWAY_SOURCE     the repository's folder; default: .
#   SLIPWAY_REPORTS    the folder for the reports; default: reports
#   SLIPWAY_POLICY_APPROVED  names of approved weaker policies, as the check policy prints them, for calls with --policy-ref
#   SLIPWAY_ENGINE_TIMEOUT  seconds within which an engine must answer; default: 60
#   SLIPWAY_DEBUG      if not empty, all that dagger prints comes on stderr too, and not only a line for each check; default: the
#                      variable RUNNER_DEBUG, which GitHub sets for a debug run
#
# All that dagger prints is in dagger.log, among the reports. If there is no verdict, it comes on stderr at the end.
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
# All settings are data: dagger gets them as arguments, and no shell evaluates them. dagger takes defaults of arguments from the .env
# of the folder that it runs in, and of those above. So it runs in an empty folder, and relative paths become absolute. The reports
# go to a fresh folder, and only its files and folders are moved from there.
set -u

floor=0.19.10 # dagger.json's engineVersion; a test compares them
: "${SLIPWAY_FUNCTION:=ci}"
: "${SLIPWAY_MODULE:=github.com/OWNER/slipway@v0.1.0}"
: "${SLIPWAY_ARGUMENTS:=}"
: "${SLIPWAY_SOURCE:=.}"
: "${SLIPWAY_REPORTS:=reports}"
: "${SLIPWAY_DEBUG:=${RUNNER_DEBUG:-}}"
newline='
'
# The arguments that name a file or a folder, and those that name a secret; a test compares them with src/surface.yaml.
paths=" argocd-ca base-coverage baseline ct-log-key evidence fulcio-roots git git-ca git-known-hosts previous-sbom prometheus-ca registry-ca rekor-key replica-ca source vulnerability-db "
secrets=" forge-token git-password git-signing-key git-ssh-key identity-token kms-secrets registry-password replica-password secrets signing-key signing-password "
work=$(pwd -P)
fresh=

# Removes the folder of the call, and exits with $1.
leave() {
  test -z "$fresh" || rm -rf -- "$fresh"
  exit "$1"
}

# Prints an error on stderr, as CODE: what, remedy, and exits with 2.
refuse() {
  printf '%s\n' "$1" >&2
  leave 2
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

# Makes the folder of the call. Its own .env is empty, and so dagger looks for no other one above.
make_fresh() {
  { fresh=$(mktemp -d "${TMPDIR:-/tmp}/slipway.XXXXXX") && mkdir "$fresh/run" && : >"$fresh/run/.env"; } ||
    refuse "CALL_FAILED: cannot create a temporary folder. Allow this user to write to the folder in TMPDIR, or to /tmp."
}

# Prints $1 as an absolute path, unless it is the address of a git repository.
absolute() {
  case "$1" in
    /* | \~ | \~/* | *://* | *@*:*) printf '%s' "$1" ;;
    .) printf '%s' "$work" ;;
    *) printf '%s' "$work/$1" ;;
  esac
}

# Prints the module. It is an address wherever it can be one: a folder of that name in the source must not stand for it.
module() {
  case "$SLIPWAY_MODULE" in
    . | .. | ./* | ../*) absolute "$SLIPWAY_MODULE" ;;
    *@* | *.*/*) printf '%s' "$SLIPWAY_MODULE" ;;
    *) absolute "$SLIPWAY_MODULE" ;;
  esac
}

# Prints a secret's address. Only that of a file has a path.
absolute_secret() {
  case "$1" in
    file://*) printf 'file://%s' "$(absolute "${1#file://}")" ;;
    file:*) printf 'file:%s' "$(absolute "${1#file:}")" ;;
    *) printf '%s' "$1" ;;
  esac
}

# Prints an argument whose paths are absolute. Several values in one argument have commas between them.
absolute_argument() {
  name=${1%%=*}
  of=
  case "$paths" in *" ${name#--} "*) of=absolute ;; esac
  case "$secrets" in *" ${name#--} "*) of=absolute_secret ;; esac
  if test -z "$of" || test "$name" = "$1"; then
    printf '%s' "$1"
    return
  fi
  values=${1#*=},
  separator="$name="
  while test -n "$values"; do
    printf '%s%s' "$separator" "$("$of" "${values%%,*}")"
    values=${values#*,}
    separator=,
  done
}

# Refuses a folder for the reports that is a symlink, or is behind one in the source: a commit can contain symlinks.
hold_reports() {
  path=${reports%/}
  while test ! -L "$path"; do
    path=${path%/*}
    case "$path/" in
      "$work/" | "$source/") return ;;
      "$work"/* | "$source"/*) ;;
      *) return ;;
    esac
  done
  refuse "REPORTS_UNWRITABLE: $path is a symlink, and the reports would leave their folder through it. Remove it, or set SLIPWAY_REPORTS to another folder."
}

# Moves the reports to their folder. Symlinks and other special files stay behind, and no file stays executable.
keep_reports() {
  test -d "$fresh/reports" || return 0
  find "$fresh/reports" ! -type f ! -type d -exec rm -f -- {} +
  find "$fresh/reports" -type d -exec chmod 755 {} +
  find "$fresh/reports" -type f -exec chmod 644 {} +
  mkdir -p -- "$reports" || unwritable
  for entry in "$fresh"/reports/* "$fresh"/reports/.[!.]*; do
    test -e "$entry" || continue
    rm -rf -- "${reports:?}/${entry##*/}" || unwritable
    mv -- "$entry" "$reports/" || unwritable
  done
}

# Moves the log of the call to its reports. A folder with nothing but a log would be part of the next call's source.
keep_log() {
  test -f "$reports/summary.json" || return 0
  rm -f -- "$reports/dagger.log" && mv -- "$log" "$reports/dagger.log" || unwritable
  log=$reports/dagger.log
}

unwritable() {
  refuse "REPORTS_UNWRITABLE: $SLIPWAY_REPORTS cannot be written, or holds an earlier run's reports that cannot be removed. Set SLIPWAY_REPORTS to another folder, or allow this user to write there."
}

# Runs a command in the empty folder and forwards signals to it. Returns only when the command has ended, with its exit code in $code. A second signal
# kills it. INT is forwarded as TERM, because a shell's background commands ignore INT.
run() {
  signal=0 child=
  trap 'cancel 2' INT
  trap 'cancel 15' TERM
  trap 'cancel 1' HUP
  (cd "$fresh/run" && exec "$@") </dev/null >&2 &
  child=$!
  test "$signal" -eq 0 || kill -TERM "$child"
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  trap - INT TERM HUP
}

# Makes the call. Its output goes to a file, and what a reader waits for comes on stderr: when the module is loaded, and what Slipway
# itself says while it runs. dagger's lines begin with the number of the step that they belong to.
call() {
  log=$fresh/dagger.log
  : >"$log"
  mkfifo "$fresh/output" || refuse "CALL_FAILED: cannot create a pipe in $fresh. Set TMPDIR to a folder on a file system that has them."
  # A signal to the whole group must not end it before dagger: who then writes to the pipe would end too.
  (trap '' INT TERM HUP && exec awk -v "log_file=$log" -v "all=$SLIPWAY_DEBUG" '
    { print > log_file }
    all != "" { print; fflush(); next }
    /^[0-9]+ +: load module: .* DONE \[/ { sub(/.* DONE \[/, "module loaded after "); sub(/\]$/, ""); print; fflush() }
    step == "" && /^[0-9]+ +: [A-Za-z0-9]+\.(reports|releaseReports)\(/ { step = $1 }
    step != "" && $1 == step && sub(/^[0-9]+ +: \[[0-9hms. ]+\] \| /, "") { print; fflush() }
  ') <"$fresh/output" >&2 &
  reader=$!
  run "$@" 2>"$fresh/output"
  wait "$reader"
}

cancel() {
  test "$signal" -eq 0 && with=TERM || with=KILL
  signal=$1
  test -z "$child" || kill "-$with" "$child" 2>/dev/null
}

# Prints the value of a top-level key of one of Slipway's own JSON files. These are indented by two, and no value's text has a line
# of its own.
top() {
  test -f "$reports/$1" || return 0
  sed -n 's/^  "'"$2"'": "\([a-z]*\)",\{0,1\}$/\1/p' "$reports/$1" | head -n 1
}

# Asks the engine for its version. A cancelled job ends here too. Dagger's messages are shown only if it fails.
hold_engine() {
  set -- dagger --silent core version
  command -v timeout >/dev/null 2>&1 && set -- timeout "${SLIPWAY_ENGINE_TIMEOUT:-60}" "$@"
  run "$@" 2>"$fresh/words"
  test "$code" -eq 0 || tail -n 20 "$fresh/words" >&2
  test "$signal" -eq 0 || cancelled
  test "$code" -eq 0 ||
    refuse "ENGINE_UNREACHABLE: no engine answers. Install Docker or Podman on this machine, or set _EXPERIMENTAL_DAGGER_RUNNER_HOST to a running engine."
}

cancelled() {
  printf '%s\n' "CALL_CANCELLED: the call was cancelled, and dagger has ended. Run it again for a verdict." >&2
  leave $((128 + signal))
}

# Without a summary there is no verdict, whatever dagger's own exit code says.
broke_down() {
  test -n "$SLIPWAY_DEBUG" || cat -- "$log" >&2
  said="dagger ended with exit code $code and without a verdict; its messages are above"
  test "$code" -eq 0 || hold_engine
  refuse "CALL_FAILED: $said. Fix what they name: the module's reference, an argument or a missing credential."
}

conclude_ci() {
  case "$(top summary.json outcome)" in
    passed) test "$code" -ne 0 || leave 0; broke_down ;;
    failed) verdict=1 ;;
    errored) verdict=2 ;;
    *) broke_down ;;
  esac
  printf '%s\n' "VERDICT_FAILED: not every check passed. Each is named above; the reports are in $SLIPWAY_REPORTS, with dagger's log." >&2
  leave "$verdict"
}

conclude_release() {
  case "$(top release.json outcome)" in
    released | published) test "$code" -ne 0 || leave 0; broke_down ;;
    refused) said="RELEASE_REFUSED: this call wrote nothing. Fix the errors above, and release again." ;;
    incomplete) said="RELEASE_INCOMPLETE: the release did not finish. Fix the errors above, and release again: the next call continues it." ;;
    *) broke_down ;;
  esac
  printf '%s\n' "$said" >&2
  test "$(top release.json verdict)" = failed && leave 1
  leave 2
}

hold_settings
hold_dagger
source=$(absolute "$SLIPWAY_SOURCE")
reports=$(absolute "$SLIPWAY_REPORTS")
hold_reports
make_fresh
export DAGGER_NO_NAG=1
test -t 2 || export NO_COLOR=1
# Dagger waits many minutes for a named engine, so this checks it first. An engine that dagger itself starts may take a while.
test -z "${_EXPERIMENTAL_DAGGER_RUNNER_HOST:-}" || hold_engine

if test "$SLIPWAY_FUNCTION" = release; then
  case "$newline$SLIPWAY_ARGUMENTS" in
    *"$newline"--git=*) ;;
    *) test -d "$source/.git" || refuse \
      "HISTORY_MISSING: $SLIPWAY_SOURCE is not a git clone, and a release needs a commit. Clone the repository with git, or add --git=DIR." ;;
  esac
  set -- release-reports "--git=$source/.git"
  for name in registry-password replica-password signing-key signing-password git-password git-ssh-key forge-token; do
    variable=SLIPWAY_$(printf '%s' "$name" | tr 'a-z-' 'A-Z_')
    if is_set "$variable"; then set -- "$@" "--$name=env://$variable"; fi
  done
else
  set -- reports "--source=$source"
  case "$newline$SLIPWAY_ARGUMENTS" in
    *"$newline"--policy-ref=*)
      approved=$(printf '%s' "${SLIPWAY_POLICY_APPROVED:-}" | tr -s ' ,\n' ',,,' | sed 's/^,//; s/,$//')
      test -z "$approved" || set -- "$@" "--policy-approved=$approved"
      ;;
  esac
fi
rest=$SLIPWAY_ARGUMENTS$newline
while test -n "$rest"; do
  line=${rest%%"$newline"*}
  rest=${rest#*"$newline"}
  case "$line" in
    --[a-z]*)
      case "$line" in *=env:*) hold_credential "$line" ;; esac
      set -- "$@" "$(absolute_argument "$line")"
      ;;
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
  rm -f -- "$reports/$name" || unwritable
done
call dagger call --progress=plain -m "$(module)" "$@" export "--path=$fresh/reports"
test "$signal" -eq 0 || cancelled
keep_reports
keep_log
for screen in release.txt verdict.txt summary.md; do
  test -f "$reports/$screen" && cat "$reports/$screen" && break
done
"conclude_$SLIPWAY_FUNCTION"
