#!/bin/sh
# Options and configuration files are for redis-server, which does not run as root.
set -e
case "${1:-redis-server}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "${1:-redis-server}" = redis-server ]; then
  [ $# -gt 0 ] || set -- redis-server
  if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' +
    exec setpriv --reuid redis --regid redis --init-groups "$0" "$@"
  fi
  # Without a configuration file, and first, so that arguments overrule it.
  shift
  case "${1:-}" in
    '' | -*) set -- --protected-mode no "$@" ;;
    *) file=$1; shift; set -- "$file" --protected-mode no "$@" ;;
  esac
  exec redis-server "$@"
fi
exec "$@"
