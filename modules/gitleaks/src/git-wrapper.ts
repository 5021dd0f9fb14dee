/**
 * Has gitleaks read a history in a repository of our own, which borrows the other's objects and has none of its
 * settings: a file's attributes, a format of the log or a filter could keep lines from it. Messages and authors stay out
 * of the log, and so of the report. Whether git ended well is kept beside, for gitleaks takes a git that breaks down for
 * the end of the history.
 *
 * Its arguments: the folder .git; the commits, or nothing for those that HEAD comes from; then those of gitleaks. Exit
 * code 3: git could not read all of them.
 */
export const searching = `set -eu
history=$1 commits=$2
shift 2
ask() { GIT_DIR=$history git "$@"; }
[ -n "$commits" ] || commits=$(ask rev-parse --verify --quiet --end-of-options 'HEAD^{commit}') || {
  echo "HEAD names no commit that git can read" >&2
  exit 3
}
format=$(ask rev-parse --show-object-format) || exit 3
git init --quiet --template= "--object-format=$format" .
mkdir -p .git/info
echo "$history/objects" >.git/objects/info/alternates
echo '* !text !eol !diff !filter !ident !working-tree-encoding' >.git/info/attributes
[ ! -e "$history/shallow" ] || cp "$history/shallow" .git/shallow
code=0
PATH=/slipway/bin:$PATH gitleaks git . "--log-opts=--format=commit%x20%H --diff-merges=remerge $commits" "$@" || code=$?
[ ! -e /slipway/broken ] || exit 3
exit "$code"
`;

/**
 * Stands before git, and keeps that it broke down. What a merge's diff says of a conflict is left out: gitleaks loses the
 * file's name by it.
 */
export const watchedGit = `#!/bin/sh
PATH=\${PATH#/slipway/bin:}
{ git "$@" || echo "$?" >>/slipway/broken; } | sed '/^remerge /d'
`;
