#!/bin/sh
# Adds the run's summary.md to the job's summary, which GitHub limits to 1 MiB. Text from outside is escaped in it. For a release
# it also adds release.txt, indented, so that no text in it is read as Markdown. A call that only signs has no summary.md.
set -eu
summary=$SLIPWAY_REPORTS/summary.md release=$SLIPWAY_REPORTS/release.txt
if test -s "$summary"; then
  head -c 900000 "$summary" >>"$GITHUB_STEP_SUMMARY"
elif ! test -s "$release"; then
  printf '## Slipway: no verdict\n\nThe call broke down or was cancelled. The log of the job says why.\n' >>"$GITHUB_STEP_SUMMARY"
fi
if test -s "$release"; then
  printf '\n### Release\n\n' >>"$GITHUB_STEP_SUMMARY"
  head -c 50000 "$release" | sed 's/^/    /' >>"$GITHUB_STEP_SUMMARY"
fi
