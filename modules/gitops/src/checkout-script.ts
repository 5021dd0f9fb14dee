import { prelude } from "./script.ts";

/**
 * Fetches a branch without the contents of its history, and writes its files to /tree. Arguments: the branch; the
 * branch to continue on, or nothing; the number of seconds for all attempts. Outcome `done` with the commit's id, and
 * `ahead` where the second branch has commits that the first does not have.
 */
export const checkoutScript = `${prelude}${String.raw`
branch=$1 head_branch=$2
deadline=$(($(date +%s) + $3))
repository() {
  rm -rf "$GIT_DIR"
  git init --quiet --template= --object-format="$1"
  mkdir -p "$GIT_DIR/info"
  echo '* !text !eol !diff !merge !filter !ident !working-tree-encoding' > "$GIT_DIR/info/attributes"
}
get() { patiently fetch --quiet --no-tags --filter=blob:none origin "+refs/heads/$1:refs/slipway/$2"; }

repository sha1
got=yes
get "$branch" base || got=
if [ -z "$got" ] && grep -q 'mismatched algorithms' /scratch/log; then
  repository sha256
  got=yes
  get "$branch" base || got=
fi
if [ -z "$got" ]; then
  found=$(answer /scratch/log)
  [ "$found" = no-branch ] || fail "$found" /scratch/log
  patiently ls-remote --heads origin > /scratch/heads || fail "$(answer /scratch/log)" /scratch/log
  cut -f2 /scratch/heads | sed 's,^refs/heads/,,' | head -n 20 > /scratch/branches
  [ -s /scratch/branches ] || fail empty /scratch/log
  fail no-branch /scratch/branches
fi
tip=$(git rev-parse refs/slipway/base)
target=$branch expected=$tip ahead=
if [ -n "$head_branch" ]; then
  target=$head_branch expected=
  if get "$head_branch" head; then
    expected=$(git rev-parse refs/slipway/head)
    # The base may hold this branch already, for instance when it was merged: then the base is the start.
    if ! git merge-base --is-ancestor "$expected" "$tip"; then tip=$expected ahead=ahead; fi
  elif [ "$(answer /scratch/log)" != no-branch ]; then
    fail "$(answer /scratch/log)" /scratch/log
  fi
fi
printf '%s\n' "$target" "$tip" "$expected" "$deadline" > /slipway/state
printf '%s' "$tip" > /reports/tip

# This fetches the contents of the tip, so it may need several attempts too.
export GIT_WORK_TREE=/tree
patiently read-tree -m -u "$tip" || fail "$(answer /scratch/log)" /scratch/log
finish done "$tip" "$ahead"
`}`;
