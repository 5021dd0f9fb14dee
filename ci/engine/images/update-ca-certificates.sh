#!/bin/sh
# Trusts what lies in /usr/local/share/ca-certificates, as Debian's own does. That one hashes all of Mozilla's
# certificates anew, two seconds at every call; the engine calls it at every start of a container where the machine has
# certificates of its own.
set -eu
bundle=/etc/ssl/certs/ca-certificates.crt
mkdir -p /etc/ssl/certs
find /usr/share/ca-certificates -name '*.crt' -exec cat {} + >"$bundle.new"
find /etc/ssl/certs -type l -lname '/usr/local/share/ca-certificates/*' -delete
find /usr/local/share/ca-certificates -name '*.crt' 2>/dev/null | while IFS= read -r certificate; do
  cat "$certificate" >>"$bundle.new"
  echo >>"$bundle.new"
  if hash=$(openssl x509 -hash -noout -in "$certificate" 2>/dev/null); then
    number=0
    while [ -e "/etc/ssl/certs/$hash.$number" ]; do number=$((number + 1)); done
    ln -s "$certificate" "/etc/ssl/certs/$hash.$number"
  fi
done
chmod 644 "$bundle.new"
mv "$bundle.new" "$bundle"
