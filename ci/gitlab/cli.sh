# Puts Dagger's CLI on PATH if there is none. It downloads the CLI, and uses it only if its checksum is the one that Dagger
# publishes. DAGGER_DOWNLOADS names a mirror of https://dl.dagger.io/dagger/releases. job.sh reads this file.
: "${here:?}"

download() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$2" "$1"
  else
    wget -q -T 300 -O "$2" "$1"
  fi
}

fetch_cli() {
  case "$SLIPWAY_DAGGER_VERSION" in
    *[!0-9.]* | '' | *..* | .* | *.) refuse "ARGUMENT_INVALID: dagger-version is not a version. Write it as in 0.19.10." ;;
  esac
  case "$(uname -m)" in
    x86_64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) refuse "ENGINE_MISSING: Dagger publishes no CLI for $(uname -m). Put dagger on PATH." ;;
  esac
  archive=dagger_v${SLIPWAY_DAGGER_VERSION}_linux_$machine.tar.gz
  from=${DAGGER_DOWNLOADS:-https://dl.dagger.io/dagger/releases}/$SLIPWAY_DAGGER_VERSION
  for file in "$archive" checksums.txt; do
    download "$from/$file" "$here/$file" ||
      refuse "ENGINE_MISSING: $file of Dagger $SLIPWAY_DAGGER_VERSION could not be downloaded. Put dagger into the job's image, or set DAGGER_DOWNLOADS to a mirror."
  done
  sum=$(sha256sum "$here/$archive" | cut -d ' ' -f 1)
  grep -Eqx "$sum +[*]?(\./)?$archive" "$here/checksums.txt" ||
    refuse "ENGINE_MISSING: the downloaded $archive does not have Dagger's checksum. Check the proxy or the mirror, and try again."
  mkdir "$here/bin"
  tar -xzf "$here/$archive" -C "$here/bin" dagger
  rm -f -- "$here/$archive" "$here/checksums.txt"
  PATH=$here/bin:$PATH
  export PATH
}

command -v dagger >/dev/null 2>&1 || fetch_cli
