import { words } from "./git-errors.ts";

// The patterns are this module's own and hold no quotation mark of a shell.
const lists = words
  .map(({ answer, patterns }) => {
    const options = patterns.map((pattern) => `-e '${pattern}'`).join(" ");
    return `  if grep -E -i -q ${options} "$1"; then echo ${answer}; return; fi`;
  })
  .join("\n");

/**
 * Functions that both scripts begin with. Data comes as arguments and files only; the last thing that a script prints is
 * its outcome: a word, and lines that belong to it.
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
# A key that came without its last line end is none to ssh.
key() {
  { cat "/run/secrets/$1"; echo; } > "/scratch/$1"
  chmod 600 "/scratch/$1"
}
if [ -e /run/secrets/ssh-key ]; then key ssh-key; fi

# Which answer the words in a file come to.
answer() {
${lists}
  echo refused
}

# Waits a random while: up to a second, doubled at each attempt, half a minute at most, never past the end.
pause() {
  left=$((deadline - $(date +%s)))
  wait=$(od -An -N4 -tu4 /dev/urandom | awk -v attempt="$1" -v left="$left" '
    { most = attempt > 5 ? 30 : 2 ^ (attempt - 1); time = most * $1 / 4294967296; printf "%.3f", (time < left ? time : left) }')
  sleep "$wait"
}
# How many seconds there are, one at least.
left() { awk -v end="$deadline" -v now="$(date +%s)" 'BEGIN { print (end > now ? end - now : 1) }'; }
# Runs something no longer than there is time; what it says goes into the log.
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
# Gives up: an answer, and the file with what belongs to it.
fail() { finish failed "$1" "$(cat "$2")"; }

# Runs git until it succeeds, or the failure is none to try again on; gives up when the time is up.
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
