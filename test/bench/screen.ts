/** How long a check took, as the verdict's screen says. */
export interface CheckTime {
  readonly name: string;
  readonly seconds: number;
}

/** Reads the checks' times from the verdict that `dagger call ci` prints. */
export function readScreen(screen: string): readonly CheckTime[] {
  return screen.split("\n").flatMap((line) => {
    const match = /^[✔✘!–] (\S+) +\w+ +((?:\d+ min )?[\d.]+ s)\b/.exec(line);
    return match?.[1] && match[2] ? [{ name: match[1], seconds: secondsOf(match[2]) }] : [];
  });
}

/** Reads how long the CLI took to load the module before the call, from its plain progress. */
export function readLoading(progress: string): number {
  const match = /: load module: \S+ DONE \[(?:(\d+)m)?([\d.]+)s\]/.exec(progress);
  return match ? Number(match[1] ?? 0) * 60 + Number(match[2]) : 0;
}

function secondsOf(text: string): number {
  const [, minutes, seconds] = /^(?:(\d+) min )?([\d.]+) s$/.exec(text) ?? [];
  return Number(minutes ?? 0) * 60 + Number(seconds);
}
