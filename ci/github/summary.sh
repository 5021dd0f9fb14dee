#!/bin/sh
# Puts the run's summary.md, whose text from outside is escaped, into the job's summary, which GitHub holds to 1 MiB; of a
# release also what became public, indented, so that no text in it is read as Markdown.
set -eu
summary=$SLIPWAY_REPORTS/summary.md
if test -s "$summary"; then
  head -c 900000 "$summary" >>"$GITHUB_STEP_SUMMARY"
  release=$SLIPWAY_REPORTS/release.txt
  if test -s "$release"; then
    printf '\n### Release\n\n' >>"$GITHUB_STEP_SUMMARY"
    head -c 50000 "$release" | sed 's/^/    /' >>"$GITHUB_STEP_SUMMARY"
  fi
else
  printf '## Slipway: no verdict\n\nThe call broke down, or was cancelled. The log of the job says why.\n' >>"$GITHUB_STEP_SUMMARY"
fi
