#!/bin/sh
# Puts Dagger's CLI on PATH if there is none, or only one that is too old. It downloads the CLI, and uses it only if its checksum
# is the one that Dagger publishes. DAGGER_DOWNLOADS names a mirror of https://dl.dagger.io/dagger/releases.
set -eu
floor=0.19.10 # as in ci/call.sh, which explains it

fail() {
  printf '%s\n' "$1" >&2
  printf '::error title=Slipway::%s\n' "$1"
  exit 2
}

case "$DAGGER_VERSION" in
  *[!0-9.]* | '' | *..* | .* | *.) fail "ARGUMENT_INVALID: dagger-version is not a version. Write it as in 0.19.10." ;;
esac
if command -v dagger >/dev/null 2>&1; then
  there=$(dagger version | sed -n 's/^dagger v\([0-9][0-9.]*\).*/\1/p')
  oldest=$(printf '%s\n%s\n' "$there" "$floor" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
  if test "$oldest" = "$floor"; then
    echo "dagger $there is on PATH"
    exit 0
  fi
fi

case "$(uname -m)" in
  x86_64) machine=amd64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) fail "ENGINE_MISSING: Dagger publishes no CLI for $(uname -m). Put dagger on PATH." ;;
esac
archive=dagger_v${DAGGER_VERSION}_$(uname -s | tr '[:upper:]' '[:lower:]')_$machine.tar.gz
from=${DAGGER_DOWNLOADS:-https://dl.dagger.io/dagger/releases}/$DAGGER_VERSION
folder=${RUNNER_TEMP:-/tmp}/dagger-$DAGGER_VERSION
mkdir -p "$folder"
cd "$folder"
for file in "$archive" checksums.txt; do
  curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$file" "$from/$file" ||
    fail "ENGINE_MISSING: $file of Dagger $DAGGER_VERSION could not be downloaded. Put dagger on the runner's PATH, or set DAGGER_DOWNLOADS to a mirror."
done
sum=$( (sha256sum "$archive" 2>/dev/null || shasum -a 256 "$archive") | cut -d ' ' -f 1)
grep -Eqx "$sum +[*]?(\./)?$archive" checksums.txt ||
  fail "ENGINE_MISSING: the downloaded $archive does not have Dagger's checksum. Check the proxy or the mirror, and try again."
tar -xzf "$archive" dagger
rm -f -- "$archive" checksums.txt
pwd >>"$GITHUB_PATH"
echo "dagger $DAGGER_VERSION is downloaded"
