/**
 * Makes gitleaks read a history in a repository of our own, which borrows the objects of the other and has none of
 * its settings. A file's attributes, a log format or a filter could hide lines from gitleaks. Messages and authors
 * stay out of the log, and so out of the report. The script records separately whether git failed, because gitleaks
 * takes that for the end of the history.
 *
 * Arguments: the folder .git; the commits, or nothing for all that HEAD comes from; then the arguments of gitleaks.
 * Exit code 3: git could not read all of the commits.
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
 * Stands before git on PATH, and records that git failed. Removes the lines about conflicts from a merge's diff: they
 * make gitleaks lose the file's name.
 */
export const watchedGit = `#!/bin/sh
PATH=\${PATH#/slipway/bin:}
{ git "$@" || echo "$?" >>/slipway/broken; } | sed '/^remerge /d'
`;
