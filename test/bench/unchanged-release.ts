import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureEngine } from "../../ci/engine/engine.ts";
import { ended } from "../../ci/program.ts";
import { leanService } from "../fixtures/lean.ts";
import { image, releaseWorld } from "../servers/release-world.ts";
import { spreadOf } from "./statistics.ts";
import { openWorkplace } from "./workplace.ts";

/**
 * `npm run bench:release -- 5`: releases a commit of one image, then so many times again with nothing changed,
 * each beside a call of a module that does nothing, which is not kept either. Prints the seconds of both.
 */
const rounds = Number(process.argv[2] ?? 5);
const root = fileURLToPath(new URL("../..", import.meta.url));

const config = `services:
  app: {path: ., lint: [], types: false, test: false, image: {name: ${image}}}
release:
  tags: ["type=raw,value=one"]
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`;

const { cli, env } = await ensureEngine();
const place = await openWorkplace();
const world = await releaseWorld({ git: "fleet password", key: "key password" });

async function timed(args: readonly string[], cwd: string): Promise<number> {
  const began = performance.now();
  const all = { ...process.env, NO_COLOR: "1", ...env, ...world.env };
  const { exitCode, stderr } = await ended(cli, ["--progress=plain", ...args], { cwd, env: all });
  if (exitCode !== 0) throw new Error(`TOOL_FAILED: ${args.join(" ")}: ${stderr.slice(-1500)}`);
  return (performance.now() - began) / 1000;
}

async function nothing(round: number): Promise<number> {
  await writeFile(join(place.shop, "round"), `${round} ${Date.now()}`);
  return timed(["call", "nothing", `--source=${place.shop}`], place.modules.nothing);
}

try {
  await world.commit("first", { "slipway.yaml": config, ...leanService("ONE = 1\n") });
  const first = await timed(world.arguments("release"), root);
  await nothing(0);
  await timed(world.arguments("release"), root);
  const [releases, nothings]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    nothings.push(await nothing(round));
    releases.push(await timed(world.arguments("release"), root));
  }
  const said = (values: readonly number[]) => {
    const spread = spreadOf(values);
    return `${spread?.median.toFixed(1)} s (${spread?.min.toFixed(1)}–${spread?.max.toFixed(1)}, n ${spread?.count})`;
  };
  process.stdout.write(
    `first ${first.toFixed(1)} s; nothing changed ${said(releases)}; a module that does nothing ${said(nothings)}\n`,
  );
} finally {
  await world.close();
  await place.remove();
}
