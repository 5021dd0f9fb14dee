import { ordering } from "./push-script.ts";
import { prelude } from "./script.ts";

/**
 * Prints the newest commits that set the places in /slipway/set. Outcome `done` with the id and the time in ISO 8601 of
 * the newest commit that touched one of their paths, by hand or not, and the commits, each as the character U+0001, its
 * id, and its trailers.
 */
export const settersScript = `${prelude}
{ read -r target; read -r base; read -r expected; read -r deadline; } < /slipway/state
${ordering}
newest "$base"
cut -d ' ' -f 2- /slipway/set | sed 's/#.*//' | sort -u | tr '\\n' '\\0' > /scratch/paths
xargs -0 git --literal-pathspecs log --max-count=1 --format='%H%n%cI' "$base" -- < /scratch/paths > /scratch/touched \
  2> /scratch/log || fail history /scratch/log
finish done "$(cat /scratch/touched)" "$(cat /scratch/newest)"
`;

/** Tells whether a commit is part of another one's history. Outcome `yes`, `no`, or `unknown` where git lacks one. */
export const containsScript = `${prelude}
code=0
git merge-base --is-ancestor "$1" "$2" 2> /scratch/log || code=$?
case "$code" in 0) finish yes ;; 1) finish no ;; *) finish unknown ;; esac
`;

/**
 * Writes the files of a commit, or of the one before it, to /then. Arguments: the commit's id; `before` or nothing; the
 * number of seconds for all attempts. Outcome `done` with the id of that commit, or `none` where there is no such commit.
 */
export const treeScript = `${prelude}
deadline=$(($(date +%s) + $3))
revision=$1
if [ "$2" = before ]; then revision="$1^"; fi
commit=$(git rev-parse --verify --quiet "$revision^{commit}" 2> /scratch/log) || finish none
export GIT_INDEX_FILE=/scratch/then GIT_WORK_TREE=/then
mkdir -p /then
patiently read-tree -m -u "$commit" || fail "$(answer /scratch/log)" /scratch/log
finish done "$commit"
`;
