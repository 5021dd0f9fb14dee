#!/bin/sh
# Annotates the lines that findings are about, where there is a node to read them with: GitHub's own runners have one. Reading
# JSON by awk would go wrong one day, and a job must not fail for want of annotations.
set -eu
if command -v node >/dev/null 2>&1; then
  exec node "$(dirname "$0")/annotate.mjs"
fi
echo "::notice title=Slipway::There is no node on this runner, so that no line is annotated. The reports name each."
