/** What one tool of the script took. */
export interface ToolTime {
  /** SERVICE/TOOL, or TOOL for the whole source. */
  readonly name: string;
  /** Seconds from its start to its end. */
  readonly wall: number;
  /** Seconds of all its processes on all cores. */
  readonly cpu: number;
}

/**
 * Reads what `time` noted for each tool of script.sh: name, seconds, CPU seconds of user and of system, KiB.
 *
 * Fails with TIMES_UNREADABLE on a line that is none of these.
 */
export function readToolTimes(text: string): readonly ToolTime[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const match = /^(\S+) ([\d.]+) ([\d.]+) ([\d.]+) \d+$/.exec(line);
      if (match === null) throw new Error(`TIMES_UNREADABLE: ${line}. See test/bench/script.sh.`);
      const [, name = "", wall, user, system] = match;
      return { name, wall: Number(wall), cpu: Number(user) + Number(system) };
    });
}

/** The seconds on all cores that the tools took together. */
export function cpuOf(times: readonly ToolTime[]): number {
  return times.reduce((sum, { cpu }) => sum + cpu, 0);
}

/**
 * Adds up the longest chain of tools that have to wait for each other, as script.sh orders them: the shortest time in
 * which any number of cores could end.
 */
export function criticalPathOf(times: readonly ToolTime[]): number {
  const wall = (name: string) =>
    times.filter((time) => time.name === name).reduce((sum, time) => sum + time.wall, 0);
  const services = new Set(
    times.flatMap(({ name }) => (/^(?!bump\/)[^/]+\//.test(name) ? [name.split("/")[0]] : [])),
  );
  const chains = [...services].flatMap((service) => {
    const of = (...tools: string[]) => tools.reduce((sum, tool) => sum + wall(`${service}/${tool}`), 0);
    const environment = of("venv", "test-tools", "install");
    const built = of("image", "archive");
    return [
      of("lint"),
      of("format"),
      environment + of("test"),
      environment + of("types"),
      built + of("sbom"),
      built + of("image-scan", "image-scan-convert"),
    ];
  });
  const checks = Math.max(0, ...chains, wall("scan") + wall("scan-convert"));
  return checks + wall("bump/before") + wall("bump/set") + wall("bump/after");
}
