import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { bundledTree } from "../../../ci/bundled-tree.ts";
import { ended } from "../../../ci/program.ts";
import { jenkinsInterpreter } from "./interpreter.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const script = fileURLToPath(new URL("build.groovy", import.meta.url));

/** What a controller knows of one build. */
export interface Build {
  /** The Jenkinsfile's text. */
  readonly jenkinsfile: string;
  /** The folder that is checked out already. */
  readonly workspace: string;
  /** Jenkins's variables of the build. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the step checkout gives back. */
  readonly checkout?: Readonly<Record<string, string>>;
  /** By id, a text, the path of a file, or a login. */
  readonly credentials?: Readonly<
    Record<string, string | { readonly username: string; readonly password: string }>
  >;
  /** Steps whose plugin is not installed. */
  readonly missing?: readonly string[];
}

const builtSchema = z.object({
  result: z.enum(["SUCCESS", "UNSTABLE", "FAILURE"]),
  message: z.string().nullable(),
  steps: z.array(z.object({ step: z.string(), with: z.unknown() })),
});

export type Built = z.infer<typeof builtSchema> & { readonly log: string };

/** A build that runs. Every process of it bears the cookie in its environment, by which Jenkins finds them. */
export interface RunningBuild {
  readonly cookie: string;
  readonly done: Promise<Built>;
}

/** Starts a build of a Jenkinsfile by Jenkins's interpreter, with this repository's library and module. */
export async function startBuild(build: Build): Promise<RunningBuild> {
  const classpath = await jenkinsInterpreter();
  const place = await mkdtemp(join(tmpdir(), "slipway-jenkins-"));
  const cookie = `JENKINS_NODE_COOKIE=${randomUUID()}`;
  const [name = "", value = ""] = cookie.split("=");
  const written = join(place, "built.json");
  await writeFile(join(place, "Jenkinsfile"), build.jenkinsfile);
  const told = {
    ...build,
    jenkinsfile: join(place, "Jenkinsfile"),
    library: join(root, "ci/jenkins"),
    temporary: join(place, "workspace@tmp"),
    written,
    env: { SLIPWAY_MODULE: await bundledTree(), PATH: pathWithDagger(), ...build.env, [name]: value },
    checkout: build.checkout ?? {},
    credentials: build.credentials ?? {},
    missing: build.missing ?? [],
  };
  await writeFile(join(place, "told.json"), JSON.stringify(told));
  const opened = ["java.lang", "java.util", "java.io"].map(
    (each) => `--add-opens=java.base/${each}=ALL-UNNAMED`,
  );
  const args = [...opened, "-cp", classpath, "groovy.ui.GroovyMain", script, join(place, "told.json")];
  const java = ended("java", args, { env: { ...process.env, NO_COLOR: "1" } });
  const done = java.then(async ({ log }) => {
    const built = builtSchema.parse(JSON.parse(await readFile(written, "utf8")));
    await rm(place, { recursive: true });
    return { ...built, log };
  });
  return { cookie, done };
}

export async function build(told: Build): Promise<Built> {
  return (await startBuild(told)).done;
}

/** The agent's PATH, with the CLI that the tests use in front. */
function pathWithDagger(): string {
  const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN;
  const path = process.env.PATH ?? "";
  return cli === undefined ? path : `${dirname(cli)}:${path}`;
}
