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

# Finds the branch or commit that the change would be merged into, as $base, and their merge base, as $parted; else why not, as
# $missing. $missing never contains text from outside.
find_base() {
  base= parted= missing=
  test "$SLIPWAY_FUNCTION" = ci || return 0
  case "${GITHUB_EVENT_NAME:-}" in
    merge_group) base=$SLIPWAY_MERGE_GROUP_BASE ;;
    *) test -z "${GITHUB_BASE_REF:-}" || base=refs/remotes/origin/$GITHUB_BASE_REF ;; # in full, because a tag may have the short name
  esac
  test -n "$base" || return 0
  if ! test -d "$SLIPWAY_SOURCE/.git"; then
    missing="there is no folder .git in the source. Set source to the top of a clone. To check a part of it, set root in slipway.yaml."
  elif ! parted=$(in_source merge-base --end-of-options "$base" HEAD); then
    missing="the clone does not contain the merge base. Set fetch-depth: 0 on actions/checkout."
  fi
}

# Refuses to judge a change by its own policy, unless the workflow says so.
hold_policy() {
  test "$SLIPWAY_FUNCTION" = ci || return 0
  case "$SLIPWAY_POLICY" in
    auto) test -z "$missing" || refuse "HISTORY_MISSING: the policy of the base judges a change, and $missing To judge the change by its own policy, set policy: none." ;;
    none) ;;
    *) refuse "ARGUMENT_INVALID: policy is neither auto nor none. Set it to one of these." ;;
  esac
}

# Prints the names of weaker policies that labels of the pull request approve. GitHub gives a fork's pull request no variables, and
# lets only those with write access make a label. It writes each label on a line of its own, as JSON.
labelled_policies() {
  printf '%s\n' "$SLIPWAY_LABELS" | sed -n 's/^ *"slipway-policy-\([0-9a-f]\{16\}\)",\{0,1\}$/\1/p'
}

base_facts() {
  test -n "$base" || return 0
  if test -n "$missing"; then
    test "$SLIPWAY_BASE" != auto || unnarrowed "$missing"
    return 0
  fi
  printf -- '--git=%s/.git\n' "$SLIPWAY_SOURCE"
  test "$SLIPWAY_BASE" != auto || test "${GITHUB_EVENT_NAME:-}" = merge_group || printf -- '--base=%s\n' "$base"
  # What is merged already is not judged again.
  test "$SLIPWAY_POLICY" != auto || test "$parted" = "$(in_source rev-parse HEAD)" || printf -- '--policy-ref=%s\n' "$base"
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
