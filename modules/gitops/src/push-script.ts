import { recording } from "./record-script.ts";
import { prelude } from "./script.ts";
import { signing } from "./signing-script.ts";

/**
 * Renders the overlays with kustomize before and after the change. It runs inside the overlay's folder: kustomize
 * would read an argument such as github.com/a/b as a repository.
 */
const rendering = String.raw`
rendered() {
  cd "/tree/$(cat "$1/overlay")"
  # A remote base finds neither git, which would inherit this environment with the key, nor a network. GOGC: many run
  # at once, and each would spend a quarter of its time on garbage collection.
  PATH=/nowhere HTTP_PROXY=http://remote-bases-are-refused.invalid:9 HTTPS_PROXY=http://remote-bases-are-refused.invalid:9 \
    GOGC=400 /slipway/kustomize build --load-restrictor=LoadRestrictionsRootOnly . > "/scratch/render-$2" 2> /scratch/log ||
    { cd /; return 1; }
  mv "/scratch/render-$2" "/scratch/$(basename "$1").$2"
  cd /
}
# Whether the two renderings differ only in image fields of the requested images, and each image kept its name.
only_images() {
  files=/scratch/$(basename "$1")
  while IFS= read -r reference; do
    grep -F -q -e "$reference" "$files.after" || return 1
  done < "$1/references"
  git diff --no-index --no-ext-diff --no-color --text --unified=0 "$files.before" "$files.after" > "$files.diff" || true
  awk -v references="$1/references" '
    function value(line) { sub(/^.* /, "", line); gsub(/["\047]/, "", line); return line }
    function head(line) { sub(/[^ ]*$/, "", line); return line }
    function name(reference) { sub(/@.*$/, "", reference); sub(/:[^:\/]*$/, "", reference); return reference }
    function same(was, is) {
      return head(was) == head(is) && head(is) ~ /([iI]mage|reference): $/ && (value(is) in wanted) &&
        name(value(was)) == name(value(is))
    }
    function judge(at) {
      if (minus != plus) bad = 1
      for (at = 1; at <= plus; at++) if (!same(old[at], new[at])) bad = 1
      minus = plus = 0
    }
    BEGIN { while ((getline line < references) > 0) wanted[line] = 1 }
    /^@@/ { judge(); hunks = 1; next }
    hunks && /^-/ { old[++minus] = substr($0, 2) }
    hunks && /^\+/ { new[++plus] = substr($0, 2) }
    END { judge(); exit bad }' "$files.diff"
}
if [ -e /slipway/kustomize ]; then
  for render in /slipway/renders/*; do rendered "$render" before || finish doubt; done
  cp -R /changes/. /tree/
  for render in /slipway/renders/*; do
    rendered "$render" after || finish doubt
    only_images "$render" || finish doubt
  done
fi
`;

/**
 * Finds the newest commits that set the places in /slipway/set. `newest RANGE` writes their ids and trailers to
 * /scratch/newest. With `newer` before RANGE it takes only commits whose source is newer than $source_time. It gives up
 * when git fails, because a failed log looks like an empty one. So it must not be called in a subshell.
 */
export const ordering = String.raw`
newest() {
  newer=
  if [ "$1" = newer ]; then newer=$source_time; shift; fi
  : > /scratch/newest
  [ -s /slipway/set ] || return 0
  # The exit code goes through a file: the shell keeps only awk's.
  {
    code=0
    git log --grep='^Slipway-Place: ' --format='%x01%H%n%(trailers:unfold=true)' "$@" 2> /scratch/log || code=$?
    echo "$code" > /scratch/code
  } | awk -v newer="$newer" '
    # A record without a valid commit or time tells no order, and must not hide one that does.
    function judge() {
      if (!hit || !good || length(when) != 24 || when !~ /^[-0-9]+T[0-9:.]+Z$/) return
      for (place in here) if (place in wanted) { delete wanted[place]; left--; open = 1 }
      if (open && (newer == "" || when > (newer ""))) printf "%s", record
    }
    BEGIN { while ((getline line < "/slipway/set") > 0) { wanted["Slipway-Place: " line] = 1; left++ } }
    /^\001/ {
      judge(); record = $0 "\n"; when = ""; hit = good = open = 0
      for (place in here) delete here[place]
      if (!left) exit
      next
    }
    { record = record $0 "\n" }
    /^Slipway-Source: [0-9a-f]+$/ && (length($2) == 40 || length($2) == 64) { good = 1 }
    /^Slipway-Source-Time: / { when = substr($0, 22) }
    ($0 in wanted) { here[$0] = 1; hit = 1 }
    END { judge() }' > /scratch/newest || unread
  # 141: awk ended before git had printed everything, so git got SIGPIPE.
  case "$(cat /scratch/code)" in 0 | 141) ;; *) unread ;; esac
}
unread() { fail history /scratch/log; }
`;

/**
 * Decides how to apply the change to a newer tip, from the commits since the base that changed the same files. It
 * writes one word to /scratch/judged and gives up as `newest` does:
 *
 * - `merge`: they set only other places, so the change is merged in
 * - `replace`: they set the same places, and no others, from an older source, so our files replace theirs
 * - `conflict`: a newer source, or a commit that a person made
 */
const judging = String.raw`
judged() {
  xargs -0 git --literal-pathspecs log \
    --format='%x01%(trailers:key=Slipway-Source-Time,valueonly,unfold,separator=%x2C)%n%(trailers:key=Slipway-Place,valueonly,unfold)' \
    "$base..$1" -- < /scratch/paths > /scratch/history 2> /scratch/log || unread
  awk -v mine=/slipway/set -v time="$source_time" '
    function judge() {
      if (!open) return
      if (!places) bad = 1
      if (rival) {
        rivals = 1
        if (length(when) != 24 || when !~ /^[-0-9]+T[0-9:.]+Z$/ || (when "") > (time "")) bad = 1
      }
    }
    BEGIN { while ((getline line < mine) > 0) set[line] = 1 }
    /^\001/ { judge(); open = 1; places = rival = 0; when = substr($0, 2); next }
    $0 == "" { next }
    { places++; if ($0 in set) rival = 1; else others = 1 }
    END { judge(); print bad || (rivals && others) ? "conflict" : rivals ? "replace" : "merge" }' \
    < /scratch/history > /scratch/judged || unread
}
# Prints the tree of the change on a newer tip, as judged. It checks each exit code, because -e does not apply in here.
anew() {
  case "$(cat /scratch/judged)" in
    merge) git merge-tree --write-tree --no-messages --merge-base="$base" "$1" "$first" 2> /scratch/log ;;
    replace)
      export GIT_INDEX_FILE=/scratch/anew
      git read-tree "$1" &&
        xargs -0 git --literal-pathspecs ls-tree -r -z "$first" -- < /scratch/paths > /scratch/ours &&
        git update-index -z --index-info < /scratch/ours &&
        git write-tree --missing-ok
      ;;
    *) return 1 ;;
  esac
}
`;

/**
 * Commits the files in /changes on top of the checkout, and pushes until the commit is on the branch. The entry of the
 * record in /slipway/entry, if there is one, arrives with it or not at all. Outcomes:
 * `pushed` or `unchanged`, with the id of the commit that has the change; `newer`, with the commits that set the same
 * places from a newer source; `conflict`; `doubt`; `stale`.
 */
export const pushScript = `${prelude}
{ read -r target; read -r base; read -r expected; read -r deadline; } < /slipway/state
source_time=$(sed -n 's/^Slipway-Source-Time: //p' /slipway/message | tail -n 1)
${signing}${ordering}${judging}${recording}
message=/slipway/message entry=''
export GIT_INDEX_FILE=/scratch/index
git read-tree "$base"
GIT_WORK_TREE=/changes git -C /changes add --force --ignore-removal .
tree=$(git write-tree --missing-ok)
done_with() { printf '%s' "$2" > /reports/commit; finish "$1" "$2"; }
# The tree may have the change before our push: then the outcome names the commit that brought it.
holds() {
  newest "$1"
  found=$(awk '/^\\001/ { print substr($0, 2); exit }' /scratch/newest)
  done_with unchanged "\${found:-$1}"
}
if [ "$tree" = "$(git rev-parse "$base^{tree}")" ]; then holds "$base"; fi
${rendering}
git diff-tree -r --name-only -z "$base" "$tree" > /scratch/paths
commit_on() { git commit-tree $sign -p "$1" -F "$message" "$2" 2> /scratch/log; }
# Makes the entry that goes with the change, if there is one, and names it in the change's commit.
recorded() {
  [ -e /slipway/entry ] || return 0
  fetched_record && next_entry || return 1
  { cat /slipway/message; echo "Slipway-Record: $anchor"; } > /scratch/message
  message=/scratch/message
  commit=$(commit_on "$parent" "$tree") || fail signing /scratch/log
}
first=$(commit_on "$base" "$tree") || fail signing /scratch/log
commit=$first parent=$base pushed='' judged_to='' attempt=1
exec 9> /queue/lock
while :; do
  # Pushes of one engine queue here, so that they do not race with each other.
  timeout "$(left)" flock 9 2> /dev/null || true
  tip='' ready=''
  if bounded git fetch --quiet --no-tags origin "+refs/heads/$target:refs/slipway/now"; then
    tip=$(git rev-parse refs/slipway/now) ready=yes
  elif [ -z "$expected" ] && [ "$(answer /scratch/log)" = no-branch ]; then
    ready=yes
  fi
  if [ -n "$ready" ]; then
    # An earlier push arrived, but its answer was lost.
    if [ -n "$pushed" ] && [ -n "$tip" ] && git merge-base --is-ancestor "$commit" "$tip"; then
      done_with pushed "$commit"
    fi
    # The first time it searches the base too: the branch of a pull request may lie behind it, for instance after a merge.
    if [ -n "$judged_to" ]; then newest newer "$judged_to..\${tip:-$base}"
    else newest newer "$base" \${tip:+"$tip"}; fi
    [ ! -s /scratch/newest ] || finish newer "$(cat /scratch/newest)"
    judged_to=\${tip:-$base}
    if [ -n "$tip" ] && [ "$tip" != "$parent" ] && [ "$tip" != "$expected" ]; then
      git merge-base --is-ancestor "$base" "$tip" || finish conflict
      judged "$tip"
      tree=$(anew "$tip") || finish conflict
      if [ "$tree" = "$(git rev-parse "$tip^{tree}")" ]; then holds "$tip"; fi
      commit=$(commit_on "$tip" "$tree") || fail signing /scratch/log
      parent=$tip
    fi
    if recorded; then
      pushed=yes
      if bounded git push --quiet \${entry:+--atomic} origin "$commit:refs/heads/$target" \${entry:+"$entry:$record"}; then
        done_with pushed "$commit"
      fi
    fi
  fi
  flock -u 9 2> /dev/null || true
  again
done
`;
