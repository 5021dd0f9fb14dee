import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Ended, ended } from "../../ci/program.ts";
import { type WorldRepository, world } from "../fixtures/world.ts";

/**
 * Runs the own commands of the repositories of test/fixtures/world by hand, and prints each that does not end as its
 * file says. It needs git, uv, the Pythons, and the tools that the commands call: poetry, pdm, hatch, tox, nox, pipenv.
 *
 *     npx tsx test/bench/world.ts [NAME …]
 */
async function main(names: readonly string[]): Promise<void> {
  let passed = 0;
  let failed = 0;
  for (const repository of world().filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const { run, wanted, was } of await byHand(repository)) {
      const isRight = was.exitCode === wanted;
      if (isRight) passed += 1;
      else failed += 1;
      const log = was.log.trimEnd().split("\n").slice(-12).join("\n    ");
      console.log(`${isRight ? "✓" : "✗"} ${repository.name}: ${run} [${was.exitCode}]`);
      if (!isRight) console.log(`    expected ${wanted}\n    ${log}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Runs every command of one repository, in a fresh folder and a fresh virtual environment. */
async function byHand({ files, tag, lock, own: { python, steps } }: WorldRepository) {
  const top = await mkdtemp(join(tmpdir(), "slipway-world-"));
  const source = join(top, "source");
  const venv = join(top, "venv");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  }
  const path = `${venv}/bin:${process.env.PATH}`;
  const env = { ...process.env, VIRTUAL_ENV: venv, UV_PROJECT_ENVIRONMENT: venv, PATH: path };
  const shell = (command: string): Promise<Ended> => ended("bash", ["-c", command], { cwd: source, env });
  await ended("uv", ["venv", "--quiet", "--seed", "--python", python, venv], {});
  await shell(
    `git init -q -b main && git add -A && git -c user.name=A -c user.email=a@example.com commit -qm first && git tag ${tag ?? "none"}`,
  );
  if (lock !== undefined) await shell(lock.command);
  const results: { run: string; wanted: number; was: Ended }[] = [];
  for (const { run, exit } of steps) results.push({ run, wanted: exit, was: await shell(run) });
  await rm(top, { recursive: true, force: true });
  return results;
}

await main(process.argv.slice(2));
