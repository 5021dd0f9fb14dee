#!/bin/sh
# An option, or a first word that is no program, is for node.
set -e
case "${1:-}" in
  -*) set -- node "$@" ;;
  *) if [ -z "$(command -v "${1:-}")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
