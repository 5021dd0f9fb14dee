import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepLog } from "../progress.ts";
import { debianRoot, inRoot, type Suite } from "./debian-root.ts";
import { writeLayer } from "./layer.ts";
import { pyenvPythons } from "./pyenv.ts";
import { fetchWheel } from "./pypi.ts";
import { relocatePython } from "./python/relocate.ts";
import { recipe, type StandIn } from "./stand-in.ts";

interface Python {
  readonly minor: string;
  readonly suite: Suite;
  readonly tags: readonly string[];
  /** Debian's further packages of the standard library. */
  readonly packages: readonly string[];
  /** Wheels that the official image comes with, at its versions. */
  readonly wheels: Readonly<Record<string, string>>;
}

/** Python in the version of a Debian suite, at /usr/local as in https://hub.docker.com/_/python. */
function python({ minor, suite, tags, packages, wheels }: Python): StandIn {
  return {
    repository: "library/python",
    tags,
    madeOf: `Python ${minor} of Debian ${suite}`,
    recipe: recipe(import.meta.url, "python/relocate.ts", "pypi.ts"),
    async build(work, _tag, log) {
      const names = ["-dev", "-venv"].map((suffix) => `python${minor}${suffix}`);
      const all = ["ca-certificates", "netbase", "tzdata", `libpython${minor}`, ...names, ...packages];
      const root = await debianRoot(join(work, "root"), suite, all, log);
      await relocatePython(root, minor);
      await removeDebianPython(root, log);
      await installWheels(root, minor, wheels, log);
      const version = (await inRoot(root, log, ["python3", "--version"])).replace("Python", "").trim();
      await writeLayer(root, join(work, "layer"));
      const path = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
      return {
        layers: [join(work, "layer")],
        config: { Env: [`PATH=${path}`, "LANG=C.UTF-8", `PYTHON_VERSION=${version}`], Cmd: ["python3"] },
      };
    },
  };
}

/** Takes Debian's packages of Python away, but for the libraries that the copy in /usr/local links to. */
async function removeDebianPython(root: string, log: StepLog): Promise<void> {
  const find = "find /usr/local -type f \\( -name '*.so*' -o -name 'python3.*[0-9]' \\) -exec ldd {} +";
  const linked = await inRoot(root, log, ["sh", "-c", find]);
  const missing = /^.*not found.*$/m.exec(linked);
  if (missing)
    throw new Error(
      `PYTHON_NOT_RELOCATED: ${missing[0].trim()}. Add the library to ci/engine/images/python.ts.`,
    );
  const names = [...linked.matchAll(/=> (\S+) \(/g)].flatMap(([, path]) => path?.split("/").at(-1) ?? []);
  const patterns = [...new Set(names)]
    .filter((name) => !name.startsWith("libpython"))
    .map((name) => `*/${name}`);
  const owners = await inRoot(root, log, ["dpkg-query", "--search", ...patterns]);
  const libraries = [...owners.matchAll(/^([^\s:,]+)(?::\w+)?: /gm)].flatMap(([, name]) => name ?? []);
  await inRoot(root, log, ["apt-mark", "manual", ...new Set(libraries)]);
  await inRoot(root, log, ["apt-get", "purge", "--yes", "--auto-remove", "^python3", "^libpython3"]);
  await inRoot(root, log, [
    "sh",
    "-c",
    "rm -rf /usr/lib/python3* /etc/python3* /var/log/apt /var/log/dpkg.log && ldconfig",
  ]);
}

async function installWheels(
  root: string,
  minor: string,
  wheels: Python["wheels"],
  log: StepLog,
): Promise<void> {
  const bundled = `usr/local/lib/python${minor}/ensurepip/_bundled`;
  await mkdir(join(root, bundled), { recursive: true });
  // pip before 24.2 trusts nothing but its own list: here it must trust what the machine trusts.
  await writeFile(join(root, "etc/pip.conf"), "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n");
  for (const [name, version] of Object.entries(wheels))
    await fetchWheel(name, version, join(root, bundled), log);
  await inRoot(root, log, ["python3", "-m", "ensurepip", "--default-pip"]);
  const options = ["--no-index", `--find-links=/${bundled}`, "--no-cache-dir", "--root-user-action=ignore"];
  await inRoot(root, log, ["pip", "install", ...options, ...Object.keys(wheels)]);
}

const python311 = python({
  minor: "3.11",
  suite: "bookworm",
  tags: ["3.11-slim", "3.11-slim-bookworm", "3.11", "3.11-bookworm"],
  packages: ["python3-distutils"],
  wheels: { pip: "24.0", setuptools: "79.0.1", wheel: "0.45.1" },
});

const python313 = python({
  minor: "3.13",
  suite: "trixie",
  tags: ["3.13-slim", "3.13-slim-trixie", "3.13", "3.13-trixie", "3-slim", "slim"],
  packages: [],
  wheels: { pip: "25.3" },
});

export const pythons: readonly StandIn[] = [python311, python313, ...pyenvPythons(["3.11", "3.13"])];
