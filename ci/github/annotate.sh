#!/bin/sh
# Annotates the lines of findings if the runner has node, as GitHub's own runners do. awk cannot read JSON reliably, and missing
# annotations must not fail a job.
set -eu
if command -v node >/dev/null 2>&1; then
  exec node "$(dirname "$0")/annotate.mjs"
fi
echo "::notice title=Slipway::No line is annotated, because this runner has no node. The reports list all findings."
