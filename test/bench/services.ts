import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";
import { ensureEngine } from "../../ci/engine/engine.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { measured } from "./measured.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { openWorkplace } from "./workplace.ts";

/**
 * `npm run bench:services -- 1 2 5 10 25 50`: how long `ci` takes for so many services, each with a module and a test,
 * when nothing changed and when one of them did. Writes reports/services.md: a table, and a plot of the medians.
 */
const counts = process.argv.slice(2).map(Number);
const rounds = 3;

interface Row {
  readonly count: number;
  /** A column each, in seconds. */
  readonly columns: readonly Spread[];
}

const titles = [
  "first",
  "do-nothing module",
  "nothing changed",
  "nothing changed, --base",
  "one changed",
  "one changed, --base",
];

/** Medians in seconds, each with its spread. */
function tableOf(rows: readonly Row[]): string {
  const cell = ({ median, min, max, count }: Spread) =>
    count === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
  return [
    `| services | ${titles.join(" | ")} |`,
    `| --- |${" --- |".repeat(titles.length)}`,
    ...rows.map(({ count, columns }) => `| ${[count, ...columns.map(cell)].join(" | ")} |`),
  ].join("\n");
}

/** Time against services, but for the first run: as a diagram that GitHub and GitLab draw. */
function plotOf(rows: readonly Row[]): string {
  const line = (_: string, at: number) =>
    `  line [${rows.map(({ columns }) => columns[at + 1]?.median.toFixed(2)).join(", ")}]`;
  return [
    "```mermaid",
    "xychart-beta",
    `  title "Seconds by services: ${titles.slice(1).join("; ")}"`,
    `  x-axis [${rows.map(({ count }) => count).join(", ")}]`,
    '  y-axis "seconds" 0',
    ...titles.slice(1).map(line),
    "```",
  ].join("\n");
}

/** Generates a repository of so many services. */
async function generated(folder: string, count: number): Promise<void> {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (let number = 1; number <= count; number++) {
    const name = `s${number}`;
    await write(`services/${name}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "1"\n`);
    await write(`services/${name}/${name}.py`, `def number() -> int:\n    return ${number}\n`);
    const test = `import ${name}\n\n\ndef test_number() -> None:\n    assert ${name}.number() == ${number}\n`;
    await write(`services/${name}/tests/test_${name}.py`, test);
  }
  const author = ["-c", "user.name=Author", "-c", "user.email=author@example.com"];
  const at = $({ cwd: folder, quiet: true });
  await at`git init --quiet --initial-branch=main`;
  await at`git add --all`;
  await at`git ${author} commit --quiet --message=first`;
}

async function main(): Promise<void> {
  const { cli, env } = await ensureEngine();
  const database = dirname(await exampleDatabase());
  const workplace = await openWorkplace();
  const repository = await mkdtemp(join(tmpdir(), "slipway-services-"));
  const seconds = async (module: string, ...args: readonly string[]) =>
    (
      await measured({
        command: cli,
        args: ["--progress=plain", "call", ...args],
        cwd: module,
        env: { ...env, NO_COLOR: "1" },
      })
    ).seconds;
  const repeated = async (once: () => Promise<number>) => {
    const all: number[] = [];
    // The first one gets things ready, and is not counted.
    await once();
    for (let round = 0; round < rounds; round++) all.push(await once());
    return all;
  };
  const rows: Row[] = [];
  try {
    for (const count of counts) {
      const folder = join(repository, `${count}`);
      await generated(folder, count);
      const { nothing, slipway } = workplace.modules;
      const ci = (...more: readonly string[]) =>
        seconds(slipway, "ci", `--source=${folder}`, `--vulnerability-db=${database}`, ...more);
      const base = ["--base=main", `--git=${join(folder, ".git")}`];
      const changed = async (...more: readonly string[]) => {
        await appendFile(join(folder, "services/s1/s1.py"), `\n\nCHANGED = "${new Date().toISOString()}"\n`);
        return ci(...more);
      };
      const first = [await ci()];
      const columns = [
        first,
        await repeated(() => seconds(nothing, "nothing", `--source=${folder}`)),
        await repeated(() => ci()),
        await repeated(() => ci(...base)),
        await repeated(() => changed()),
        await repeated(() => changed(...base)),
      ];
      rows.push({ count, columns: columns.flatMap((values) => spreadOf(values) ?? []) });
      process.stdout.write(`${tableOf(rows).split("\n").at(-1)}\n`);
    }
    const file = fileURLToPath(new URL("../../reports/services.md", import.meta.url));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${tableOf(rows)}\n\n${plotOf(rows)}\n`);
    process.stdout.write(`${tableOf(rows)}\n\nIn reports/services.md, with a plot.\n`);
  } finally {
    await workplace.remove();
    await rm(repository, { recursive: true, force: true });
  }
}

await main();
