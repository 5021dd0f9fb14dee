#!/bin/sh
# An option, or a first word that is no program, is for bun.
set -e
case "${1:-}" in
  -*) set -- bun "$@" ;;
  *) if [ -z "$(command -v "${1:-}")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- bun "$@"; fi ;;
esac
exec "$@"
