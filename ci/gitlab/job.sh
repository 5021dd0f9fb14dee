#!/bin/sh
# Makes the call on a runner of GitLab: adds what GitLab says of the commit as arguments, beside which cli.sh and call.sh lie.
# Names of branches are anybody's, so each becomes a line of its own and is refused when it could become two. The folder that it
# is given, the scripts' own with the CLI in it, is removed at the end: a shell runner would keep one of each job.
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

# Prints --NAME=VALUE where GitLab knows the value.
fact() {
  test -z "$2" || printf -- '--%s=%s\n' "$1" "$2"
}

# Refuses texts of which a line would become two arguments.
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
  elif test "${SLIPWAY_ONLY_CHANGED:-}" = true && test -n "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}"; then
    fact base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
    fact git "$SLIPWAY_SOURCE/.git"
  fi
}

hold_lines "${CI_COMMIT_SHA:-}" "${CI_COMMIT_BRANCH:-}" "${CI_COMMIT_TAG:-}" "${CI_MERGE_REQUEST_IID:-}" \
  "${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}" "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" "${CI_DEFAULT_BRANCH:-}" "${CI_PROJECT_URL:-}" "${CI_RUNNER_ID:-}"
if test "$SLIPWAY_FUNCTION" = release && is_from_fork; then
  refuse "FORK_REFUSED: a merge request from a fork asks for a release. Release from branches and tags of this project alone."
fi
# What the pipeline says comes last: of two arguments by the same name dagger takes the later.
SLIPWAY_ARGUMENTS="$(facts)
${SLIPWAY_ARGUMENTS:-}"
export SLIPWAY_ARGUMENTS SLIPWAY_SOURCE
# shellcheck source=ci/gitlab/cli.sh
. "$here/cli.sh"
# In this shell, so that what a signal does here is call.sh's to say, and the folder goes after it.
# shellcheck source=ci/call.sh
. "$here/call.sh"
