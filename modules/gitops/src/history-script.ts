import { ordering } from "./push-script.ts";
import { prelude } from "./script.ts";

/**
 * Prints the newest commits that set the places in /slipway/set. Outcome `done` with the tip's id, the time of its
 * commit in ISO 8601, and the commits, each as the character U+0001, its id, and its trailers.
 */
export const settersScript = `${prelude}
{ read -r target; read -r base; read -r expected; read -r deadline; } < /slipway/state
: > /slipway/message
${ordering}
newest "$base"
time=$(git show --no-patch --format=%cI "$base" 2> /scratch/log) || fail history /scratch/log
finish done "$base" "$time" "$(cat /scratch/newest)"
`;

/** Tells whether a commit is part of another one's history. Outcome `yes`, `no`, or `unknown` where git lacks one. */
export const containsScript = `${prelude}
code=0
git merge-base --is-ancestor "$1" "$2" 2> /scratch/log || code=$?
case "$code" in 0) finish yes ;; 1) finish no ;; *) finish unknown ;; esac
`;
