# Reads GitHub's facts about the commit, for run.sh. Anybody can choose a branch's name, so each name becomes one line, and is
# refused if it could become two.

# Prints an error, as CODE: what, remedy, also as an annotation of the job, and exits with 2. $1 never contains text from outside.
refuse() {
  printf '%s\n' "$1" >&2
  printf '::error title=Slipway::%s\n' "$1"
  printf 'verdict=errored\n' >>"$GITHUB_OUTPUT"
  exit 2
}

# Refuses events that would run a stranger's code with the repository's secrets.
hold_event() {
  case "${GITHUB_EVENT_NAME:-}" in
    pull_request_target)
      refuse "FORK_REFUSED: the workflow runs on pull_request_target, which gives a fork's code the repository's secrets. Use pull_request instead."
      ;;
    workflow_run | issue_comment | issues | discussion | discussion_comment)
      # They have the repository's secrets, and are of the default branch's commit. Another one can be a fork's.
      test "$(in_source rev-parse HEAD)" = "${GITHUB_SHA:-}" ||
        refuse "FORK_REFUSED: the workflow runs on $GITHUB_EVENT_NAME, which has the repository's secrets, and checks out another commit than the event's. Check pull requests on pull_request instead."
      ;;
  esac
  if test "$SLIPWAY_FUNCTION" = release && is_from_fork; then
    refuse "FORK_REFUSED: a pull request from a fork cannot release, because it gets no secrets. Release only on pushes, or on pull requests of this repository."
  fi
  for text in "${GITHUB_REF:-}" "${GITHUB_HEAD_REF:-}" "${GITHUB_BASE_REF:-}" "${GITHUB_WORKFLOW_REF:-}" "$SLIPWAY_DEFAULT_BRANCH"; do
    test "$(printf '%s' "$text" | LC_ALL=C tr -d '\000-\037\177')" = "$text" ||
      refuse "ARGUMENT_INVALID: a branch, a tag or the workflow has a control character in its name. Give it another name."
  done
}

is_from_fork() {
  test -n "$SLIPWAY_PULL_REQUEST" && test "$SLIPWAY_HEAD_REPOSITORY" != "${GITHUB_REPOSITORY:-}"
}

# Prints the arguments, one per line, and warnings on stderr.
facts() {
  # A job that runs again must not reuse the results of its first attempt.
  test "${GITHUB_RUN_ATTEMPT:-1}" = 1 || printf -- '--run=github-%s-%s\n' "$GITHUB_RUN_ID" "$GITHUB_RUN_ATTEMPT"
  if test "$SLIPWAY_FUNCTION" = release; then release_facts; else base_facts; fi
}

in_source() {
  git -C "$SLIPWAY_SOURCE" "$@" 2>/dev/null
}

base_facts() {
  test "$SLIPWAY_BASE" = auto && test -n "${GITHUB_BASE_REF:-}" || return 0
  if ! test -d "$SLIPWAY_SOURCE/.git"; then
    unnarrowed "there is no folder .git in the source. Set source to the top of a clone. To check a part of it, set root in slipway.yaml."
  elif in_source merge-base "refs/remotes/origin/$GITHUB_BASE_REF" HEAD >/dev/null; then
    printf -- '--base=origin/%s\n--git=%s/.git\n' "$GITHUB_BASE_REF" "$SLIPWAY_SOURCE"
  else
    unnarrowed "the clone does not contain the merge base. Set fetch-depth: 0 on actions/checkout."
  fi
}

# Warns that everything is checked, but not the change itself. $1 never contains text from outside.
unnarrowed() {
  printf '::warning title=Slipway::Everything is checked, but not the change itself (changedCoverage, coverageDrop, history-secrets): %s\n' "$1" >&2
}

release_facts() {
  test -z "$SLIPWAY_DEFAULT_BRANCH" || printf -- '--default-branch=%s\n' "$SLIPWAY_DEFAULT_BRANCH"
  test "${GITHUB_EVENT_NAME:-}" != schedule || echo --scheduled
  test -z "${GITHUB_REPOSITORY:-}" || printf -- '--source-url=%s/%s\n' "${GITHUB_SERVER_URL:-https://github.com}" "$GITHUB_REPOSITORY"
  test -z "${GITHUB_WORKFLOW_REF:-}" || printf -- '--builder=%s/%s\n' "${GITHUB_SERVER_URL:-https://github.com}" "$GITHUB_WORKFLOW_REF"
  # Signing waits for the checks, and a token would expire before. So it is requested when it is read.
  # shellcheck disable=SC2016 # dagger's shell reads the variable, not this one
  test -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" || printf '%s\n' '--identity-token=cmd://sh "$SLIPWAY_TOKEN_SCRIPT"'
  # The event's branch or tag belongs to the event's commit. Another commit may be checked out.
  test "$(in_source rev-parse HEAD)" = "${GITHUB_SHA:-}" || return 0
  case "${GITHUB_REF:-}" in
    refs/heads/*) printf -- '--branch=%s\n' "${GITHUB_REF#refs/heads/}" ;;
    refs/tags/*) printf -- '--tag=%s\n' "${GITHUB_REF#refs/tags/}" ;;
  esac
  test -z "$SLIPWAY_PULL_REQUEST" ||
    printf -- '--pull-request=%s\n--base-branch=%s\n' "$SLIPWAY_PULL_REQUEST" "${GITHUB_BASE_REF:-}"
}
