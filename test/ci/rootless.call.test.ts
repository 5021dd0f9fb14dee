import { chown, cp, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { copyTree } from "../../ci/own-tree.ts";
import { ended } from "../../ci/program.ts";
import { comparable, plantedClone } from "./planted.ts";

/** Debian's user nobody, who owns nothing and is in no group. */
const nobody = 65534;

/** Reaches the engine's socket, which only root may open, over TCP. */
async function overTcp(host: string): Promise<{ readonly host: string; close(): void }> {
  const path = host.replace(/^unix:\/\//, "");
  const server = createServer((client) => {
    const engine = connect(path);
    client.pipe(engine).pipe(client);
    client.on("error", () => engine.destroy());
    engine.on("error", () => client.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return { host: `tcp://127.0.0.1:${address.port}`, close: () => server.close() };
}

test("an agent without root calls an engine of another machine, and its reports are its own", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-rootless-"));
  const repository = await plantedClone(async () => {});
  const engine = await overTcp(process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "");
  try {
    for (const name of ["bin", "home", "slipway", "database"]) await mkdir(join(folder, name));
    await cp(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "", join(folder, "bin/dagger"));
    await cp(dirname(await exampleDatabase()), join(folder, "database"), { recursive: true });
    await copyTree(join(folder, "slipway"));
    for (const top of [folder, repository]) {
      await chown(top, nobody, nobody);
      for (const path of await readdir(top, { recursive: true }))
        await chown(join(top, path), nobody, nobody);
    }
    const as = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
    const { exitCode, stdout, stderr } = await ended(
      "setpriv",
      [...as, "sh", join(folder, "slipway/ci/call.sh")],
      {
        cwd: repository,
        env: {
          PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
          HOME: join(folder, "home"),
          _EXPERIMENTAL_DAGGER_RUNNER_HOST: engine.host,
          SLIPWAY_MODULE: join(folder, "slipway"),
          SLIPWAY_ARGUMENTS: `--vulnerability-db=${join(folder, "database")}`,
        },
      },
    );
    expect(`${exitCode} ${exitCode === 1 ? "" : stderr.slice(-2000)}`).toBe("1 ");
    expect(stdout).toMatch(/✘ app\/ruff +failed/);
    expect((await comparable(join(repository, "reports"))).outcome).toBe("failed");
    expect((await stat(join(repository, "reports/summary.json"))).uid).toBe(nobody);
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
    await rm(repository, { recursive: true, force: true });
  }
});
