import { prelude } from "./script.ts";
import { signing } from "./signing-script.ts";

/** The branch of a repository that holds its record: a file for each entry, ENVIRONMENT/NUMBER.json. */
export const recordBranch = "slipway/record";

/**
 * Functions that put an entry behind the newest one of its environment. Each entry has the hash of the one before. They
 * return 1 with the reason in /scratch/log when the server does not answer. Outcome `stale` where the newest entry is
 * not the one whose number is in /slipway/known, if that is there.
 */
export const recording = String.raw`
record=refs/heads/${recordBranch}
fetched_record() {
  if bounded git fetch --quiet --no-tags --filter=blob:none origin "+$record:refs/slipway/record"; then
    record_tip=$(git rev-parse refs/slipway/record)
  elif [ "$(answer /scratch/log)" = no-branch ]; then
    record_tip=
  else
    return 1
  fi
}
# Makes the commit of the next entry, $entry, and the line that names the entry, $anchor. It checks each exit code,
# because -e does not apply in here.
next_entry() {
  environment=$(cat /slipway/environment) number=0 previous= behind=
  rm -f /scratch/record-index
  if [ -n "$record_tip" ]; then
    git ls-tree --name-only "$record_tip" "$environment/" > /scratch/entries 2> /scratch/log || return 1
    last=$(grep -E '/[0-9]{8}[.]json$' /scratch/entries | sort | tail -n 1)
    if [ -n "$last" ]; then
      bounded git cat-file blob "$record_tip:$last" > /scratch/entry || return 1
      number=$(basename "$last" .json | sed 's/^0*//')
      previous=$(sha256sum < /scratch/entry | cut -d ' ' -f 1)
    fi
    GIT_INDEX_FILE=/scratch/record-index git read-tree "$record_tip" 2> /scratch/log || return 1
    behind="-p $record_tip"
  fi
  # Somebody wrote an entry since the caller read them, such as a hold.
  if [ -e /slipway/known ] && [ "$number" != "$(cat /slipway/known)" ]; then finish stale; fi
  number=$((number + 1))
  file=$(printf '%s/%08d.json' "$environment" "$number")
  {
    printf '{\n  "number": %s,\n  "previous": "%s",\n  "recorded": "%s",\n' \
      "$number" "$previous" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" &&
      cat /slipway/entry
  } > /scratch/entry 2> /scratch/log || return 1
  blob=$(git hash-object -w --no-filters --stdin < /scratch/entry 2> /scratch/log) &&
    GIT_INDEX_FILE=/scratch/record-index git update-index --add --cacheinfo "100644,$blob,$file" 2> /scratch/log &&
    grown=$(GIT_INDEX_FILE=/scratch/record-index git write-tree --missing-ok 2> /scratch/log) || return 1
  entry=$(git commit-tree $sign $behind -m "Record $file" "$grown" 2> /scratch/log) ||
    fail signing /scratch/log
  anchor="$environment $number $(sha256sum < /scratch/entry | cut -d ' ' -f 1)"
}
`;

/** Appends an entry to the record, without another change. Outcome `pushed` with the id of its commit. */
export const appendScript = `${prelude}
deadline=$(($(date +%s) + $1))
${signing}${recording}
entry='' attempt=1
while :; do
  if fetched_record; then
    # An earlier push arrived, but its answer was lost.
    if [ -n "$entry" ] && [ -n "$record_tip" ] && git merge-base --is-ancestor "$entry" "$record_tip"; then
      finish pushed "$entry"
    fi
    if next_entry && bounded git push --quiet origin "$entry:$record"; then finish pushed "$entry"; fi
  fi
  again
done
`;

/**
 * Writes what the record holds to /reports, for a reader that trusts none of it. Outcome `done`, or `none` where there
 * is no record. Files that are larger than an entry can be are missing in `entries`.
 *
 * - tree: the output of git ls-tree -r -z, in base64
 * - entries: the output of git cat-file --batch for the same objects, in base64
 * - changed: changes other than new files, and merges, as git log and git rev-list print them
 * - anchors: the id of each commit of the branch that names entries, and what it names
 */
export const recordScript = `${prelude}
deadline=$(($(date +%s) + $1))
{ read -r target; read -r base; } < /slipway/state
${recording}
anchors() {
  git log --grep='^Slipway-Record: ' --format='%H %(trailers:key=Slipway-Record,valueonly,separator=%x2C)' "$1" \
    > /reports/anchors 2> /scratch/log || fail history /scratch/log
}
# Both branches by one fetch: an entry and its commit are in both, or in none.
attempt=1
until bounded git fetch --quiet --no-tags --filter=blob:limit=100k origin \
  "+refs/heads/$target:refs/slipway/now" "+$record:refs/slipway/record"; do
  if [ "$(answer /scratch/log)" = no-branch ]; then anchors "$base"; finish none; fi
  again
done
anchors refs/slipway/now
record_tip=$(git rev-parse refs/slipway/record)
git ls-tree -r -z "$record_tip" | base64 > /reports/tree
git ls-tree -r --format='%(objecttype) %(objectname)' "$record_tip" | sed -n 's/^blob //p' > /scratch/objects
git rev-list --objects --missing=print --max-count=1 "$record_tip" > /scratch/known 2> /scratch/log || fail history /scratch/log
sed -n 's/^?//p' /scratch/known > /scratch/missing
grep -v -x -F -f /scratch/missing /scratch/objects > /scratch/present || true
git cat-file --batch < /scratch/present > /scratch/entries 2> /scratch/log || fail history /scratch/log
base64 < /scratch/entries > /reports/entries
{
  git log --no-renames --diff-filter=a --name-status --format= "$record_tip" &&
    git rev-list --min-parents=2 "$record_tip"
} > /reports/changed 2> /scratch/log || fail history /scratch/log
finish done "$record_tip"
`;
