import { prelude } from "./script.ts";

/** Signs with what is mounted: a key of ssh, or one of OpenPGP in a keyring of its own. */
const signing = String.raw`
sign=
if [ -e /run/secrets/signing-key ]; then
  sign=--gpg-sign
  key signing-key
  printf '#!/bin/sh\nexec cat /run/secrets/passphrase\n' > /scratch/askpass
  printf '#!/bin/sh\nexec gpg --batch --pinentry-mode loopback --passphrase-file /scratch/passphrase "$@"\n' > /scratch/gpg
  chmod 700 /scratch/askpass /scratch/gpg
  : > /scratch/passphrase
  if [ -e /run/secrets/passphrase ]; then cat /run/secrets/passphrase > /scratch/passphrase; fi
  export SSH_ASKPASS=/scratch/askpass SSH_ASKPASS_REQUIRE=force GNUPGHOME=/scratch/gnupg
  signer=/scratch/signing-key
  if [ "$(git config gpg.format)" = openpgp ]; then
    mkdir -m 700 "$GNUPGHOME"
    git config gpg.program /scratch/gpg
    /scratch/gpg --quiet --import /scratch/signing-key 2> /scratch/log || fail signing /scratch/log
    signer=$(gpg --batch --list-secret-keys --with-colons 2> /dev/null | awk -F: '/^fpr/ { print $10; exit }')
  fi
  git config user.signingKey "$signer"
fi
`;

/** Looks at what kustomize makes of the change, from inside the overlay's folder: as an argument a path such as
 * github.com/a/b would be taken for a repository. */
const rendering = String.raw`
rendered() {
  cd "/tree/$(cat "$1/overlay")"
  # A remote base finds no git, which would take this environment with the key along, and no way out. Many
  # run at once, and a quarter of each would go into collecting garbage.
  PATH=/nowhere HTTP_PROXY=http://remote-bases-are-refused.invalid:9 HTTPS_PROXY=http://remote-bases-are-refused.invalid:9 \
    GOGC=400 /slipway/kustomize build --load-restrictor=LoadRestrictionsRootOnly . > "/scratch/render-$2" 2> /scratch/log ||
    { cd /; return 1; }
  mv "/scratch/render-$2" "/scratch/$(basename "$1").$2"
  cd /
}
# Whether the two renderings differ in nothing but image fields, each of an image asked for that kept its name.
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
 * Finds, among the commits named, the newest that set each of the places in /slipway/set: `newest RANGE` writes their
 * ids and trailers to /scratch/newest; with `newer` before it only of those whose source is newer than this one's. Gives
 * up where git breaks down, since no record and no answer look alike: so it may not be called in a subshell.
 */
const ordering = String.raw`
source_time=$(sed -n 's/^Slipway-Source-Time: //p' /slipway/message | tail -n 1)
newest() {
  newer=
  if [ "$1" = newer ]; then newer=$source_time; shift; fi
  : > /scratch/newest
  [ -s /slipway/set ] || return 0
  # The exit code by a file: a pipeline has awk's alone.
  {
    code=0
    git log --grep='^Slipway-Place: ' --format='%x01%H%n%(trailers:unfold=true)' "$@" 2> /scratch/log || code=$?
    echo "$code" > /scratch/code
  } | awk -v newer="$newer" '
    # A record without a commit or a time that is one says nothing of the order, and hides none that does.
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
  # 141: awk had seen enough, and git was told so in the middle of its output.
  case "$(cat /scratch/code)" in 0 | 141) ;; *) unread ;; esac
}
unread() { fail history /scratch/log; }
`;

/**
 * Writes to /scratch/judged how the change can be made anew on a tip, by what came since the base and touches the same files:
 * `merge`: only other places were set, so the change is merged in; `replace`: the same places were set from an older
 * source, and no others, so these files become ours; `conflict`: a newer source, or someone's own change. Gives up as newest
 * does.
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
# The tree of the change made anew on a tip, once that is judged. Each step by its own exit code: -e does not hold in here.
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
 * Commits what is in /changes on top of what was checked out, and pushes until it is there. Outcome `pushed` or
 * `unchanged` with the id of the commit that has the change, `newer` with the commits that set the same from a newer
 * source, `conflict` or `doubt`.
 */
export const pushScript = `${prelude}
{ read -r target; read -r base; read -r expected; read -r deadline; } < /slipway/state
${signing}${ordering}${judging}
export GIT_INDEX_FILE=/scratch/index
git read-tree "$base"
GIT_WORK_TREE=/changes git -C /changes add --force --ignore-removal .
tree=$(git write-tree --missing-ok)
done_with() { printf '%s' "$2" > /reports/commit; finish "$1" "$2"; }
# The tree may hold the change before any push of ours: then the commit that brought it is what there is to tell.
holds() {
  newest "$1"
  found=$(awk '/^\\001/ { print substr($0, 2); exit }' /scratch/newest)
  done_with unchanged "\${found:-$1}"
}
if [ "$tree" = "$(git rev-parse "$base^{tree}")" ]; then holds "$base"; fi
${rendering}
git diff-tree -r --name-only -z "$base" "$tree" > /scratch/paths
commit_on() { git commit-tree $sign -p "$1" -F /slipway/message "$2" 2> /scratch/log; }
first=$(commit_on "$base" "$tree") || fail signing /scratch/log
commit=$first parent=$base pushed='' judged_to='' attempt=1
exec 9> /queue/lock
while :; do
  # Releases on one engine queue here, so that they do not race.
  timeout "$(left)" flock 9 2> /dev/null || true
  tip='' ready=''
  if bounded git fetch --quiet --no-tags origin "+refs/heads/$target:refs/slipway/now"; then
    tip=$(git rev-parse refs/slipway/now) ready=yes
  elif [ -z "$expected" ] && [ "$(answer /scratch/log)" = no-branch ]; then
    ready=yes
  fi
  if [ -n "$ready" ]; then
    # The push arrived, and the answer to it did not.
    if [ -n "$pushed" ] && [ -n "$tip" ] && git merge-base --is-ancestor "$commit" "$tip"; then
      done_with pushed "$commit"
    fi
    # At first also the base: a branch for a pull request, a merged one for instance, may lie behind it.
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
    pushed=yes
    if bounded git push --quiet origin "$commit:refs/heads/$target"; then done_with pushed "$commit"; fi
  fi
  flock -u 9 2> /dev/null || true
  found=$(answer /scratch/log)
  case "$found" in
    race | unreachable) if over; then fail "$found" /scratch/log; fi ;;
    *) fail "$found" /scratch/log ;;
  esac
  pause "$attempt"
  attempt=$((attempt + 1))
done
`;
