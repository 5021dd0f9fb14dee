import { words } from "./git-errors.ts";

// The patterns are this module's own, and contain no quotation mark of a shell.
const lists = words
  .map(({ answer, patterns }) => {
    const options = patterns.map((pattern) => `-e '${pattern}'`).join(" ");
    return `  if grep -E -i -q ${options} "$1"; then echo ${answer}; return; fi`;
  })
  .join("\n");

/**
 * Functions for both scripts. Data comes only as arguments and files. At its end a script prints its outcome: a word,
 * and the lines that belong to it.
 */
export const prelude = `set -eu
export LC_ALL=C GIT_DIR=/repository GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/slipway/gitconfig
export GIT_TERMINAL_PROMPT=0 GIT_NO_REPLACE_OBJECTS=1
hosts='-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/run/slipway/known-hosts -o GlobalKnownHostsFile=/dev/null'
patience='-o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=2'
export GIT_SSH_COMMAND="ssh -F /dev/null -i /scratch/ssh-key -o IdentitiesOnly=yes -o BatchMode=yes $hosts $patience"
mkdir -p /reports /tree
rm -f /reports/*
if [ -e /run/slipway/ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt /run/slipway/ca.pem > /scratch/ca.pem
  export GIT_SSL_CAINFO=/scratch/ca.pem
fi
# ssh does not accept a key without its last line end.
key() {
  { cat "/run/secrets/$1"; echo; } > "/scratch/$1"
  chmod 600 "/scratch/$1"
}
if [ -e /run/secrets/ssh-key ]; then key ssh-key; fi

# Prints the kind of failure that a file's words stand for.
answer() {
${lists}
  echo refused
}

# Waits for a random time: up to 1 s, doubled at each attempt, 30 s at most, never past the deadline.
pause() {
  left=$((deadline - $(date +%s)))
  wait=$(od -An -N4 -tu4 /dev/urandom | awk -v attempt="$1" -v left="$left" '
    { most = attempt > 5 ? 30 : 2 ^ (attempt - 1); time = most * $1 / 4294967296; printf "%.3f", (time < left ? time : left) }')
  sleep "$wait"
}
# Prints how many seconds are left, at least 1.
left() { awk -v end="$deadline" -v now="$(date +%s)" 'BEGIN { print (end > now ? end - now : 1) }'; }
# Runs a command until the deadline at most; its stderr goes into the log.
bounded() {
  timeout "$(left)" "$@" 2> /scratch/log && return
  code=$?
  case "$code" in 124 | 143) echo 'timed out' >> /scratch/log ;; esac
  return "$code"
}
over() { [ "$(date +%s)" -ge "$deadline" ]; }

finish() {
  outcome=$1
  shift
  printf '%s' "$outcome" > /reports/outcome
  printf '%s\\n' "$outcome" "$@"
  exit 0
}
# Gives up, with the kind of failure and a file of details.
fail() { finish failed "$1" "$(cat "$2")"; }

# Waits before the next attempt, counted in $attempt; gives up on a failure that does not pass, and at the deadline.
again() {
  found=$(answer /scratch/log)
  case "$found" in
    race | unreachable) if over; then fail "$found" /scratch/log; fi ;;
    *) fail "$found" /scratch/log ;;
  esac
  pause "$attempt"
  attempt=$((attempt + 1))
}

# Runs git until it succeeds or fails for good; gives up at the deadline.
patiently() {
  attempt=1
  while ! git "$@" 2> /scratch/log; do
    [ "$(answer /scratch/log)" = unreachable ] || return 1
    if over; then fail unreachable /scratch/log; fi
    pause "$attempt"
    attempt=$((attempt + 1))
  done
}
`;
