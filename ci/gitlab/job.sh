#!/bin/sh
# Makes the call on a GitLab runner, and passes GitLab's facts about the commit as arguments. cli.sh and call.sh are in the same
# folder. Anybody can choose a branch's name, so each name becomes one line, and is refused if it could become two. $1 is the
# folder with the scripts and the CLI. It is removed at the end, because a shell runner would keep one for each job.
set -u
here=$(dirname "$0")
made=${1:-}
trap 'test -z "$made" || rm -rf -- "$made"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
: "${SLIPWAY_SOURCE:=.}"

refuse() {
  printf '%s\n' "$1" >&2
  exit 2
}

# Prints --NAME=VALUE if GitLab knows the value.
fact() {
  test -z "$2" || printf -- '--%s=%s\n' "$1" "$2"
}

# Refuses texts that would become two arguments.
hold_lines() {
  for text in "$@"; do
    test "$(printf '%s' "$text" | LC_ALL=C tr -d '\000-\037\177' | wc -c)" -eq "$(printf '%s' "$text" | wc -c)" ||
      refuse "ARGUMENT_INVALID: a branch, a tag or an address has a control character in its name. Give it another name."
  done
}

is_from_fork() {
  test "${CI_MERGE_REQUEST_SOURCE_PROJECT_ID:-}" != "${CI_MERGE_REQUEST_PROJECT_ID:-}"
}

facts() {
  if test "$SLIPWAY_FUNCTION" = release; then
    fact commit "${CI_COMMIT_SHA:-}"
    fact branch "${CI_COMMIT_BRANCH:-}"
    fact tag "${CI_COMMIT_TAG:-}"
    fact pull-request "${CI_MERGE_REQUEST_IID:-}"
    fact base-branch "${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}"
    fact default-branch "${CI_DEFAULT_BRANCH:-}"
    fact source-url "${CI_PROJECT_URL:-}"
    test "${CI_PIPELINE_SOURCE:-}" != schedule || echo --scheduled
    test -z "${CI_RUNNER_ID:-}" || fact builder "${CI_PROJECT_URL:-}/-/runners/$CI_RUNNER_ID"
  elif test -n "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}"; then
    test "${SLIPWAY_ONLY_CHANGED:-}" != true || fact base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
    test "${SLIPWAY_POLICY:-auto}" = none || fact policy-ref "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
    fact git "$SLIPWAY_SOURCE/.git"
  fi
}

hold_lines "${CI_COMMIT_SHA:-}" "${CI_COMMIT_BRANCH:-}" "${CI_COMMIT_TAG:-}" "${CI_MERGE_REQUEST_IID:-}" \
  "${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}" "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" "${CI_DEFAULT_BRANCH:-}" "${CI_PROJECT_URL:-}" "${CI_RUNNER_ID:-}"
if test "$SLIPWAY_FUNCTION" = release && is_from_fork; then
  refuse "FORK_REFUSED: a merge request from a fork cannot release. Release only from branches and tags of this project."
fi
# The pipeline's own arguments come last, because dagger uses the last of two arguments with the same name.
SLIPWAY_ARGUMENTS="$(facts)
${SLIPWAY_ARGUMENTS:-}"
export SLIPWAY_ARGUMENTS SLIPWAY_SOURCE
# shellcheck source=ci/gitlab/cli.sh
. "$here/cli.sh"
# call.sh runs in this shell, so that it handles the signals, and the folder is removed after it.
# shellcheck source=ci/call.sh
. "$here/call.sh"
