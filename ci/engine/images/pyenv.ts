import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { StepLog } from "../progress.ts";
import { debianRoot, inRoot } from "./debian-root.ts";
import { writeLayer } from "./layer.ts";
import { type ImageContents, recipe, type StandIn } from "./stand-in.ts";

/** The libraries of Debian bookworm to which a Python that pyenv built links. */
const libraries = [
  "libbz2-1.0",
  "libcrypt1",
  "libdb5.3",
  "libexpat1",
  "libffi8",
  "libgdbm-compat4",
  "liblzma5",
  "libncursesw6",
  "libnsl2",
  "libreadline8",
  "libsqlite3-0",
  "libssl3",
  "libtirpc3",
  "libuuid1",
  "zlib1g",
];

/** What the official image leaves out too, besides what somebody installed. */
const leftOut = ["test", "idlelib", "tkinter", "turtledemo", "site-packages"];

/** Python as pyenv built it on this machine, at /usr/local as in https://hub.docker.com/_/python. */
function pyenvPython(folder: string, version: string): StandIn {
  const minor = version.split(".").slice(0, 2).join(".");
  return {
    repository: "library/python",
    tags: [`${minor}-slim`, `${minor}-slim-bookworm`, minor, `${minor}-bookworm`],
    madeOf: `Python ${version} of pyenv on this machine`,
    recipe: `${recipe(import.meta.url)} ${version}`,
    async build(work, _tag, log): Promise<ImageContents> {
      const packages = ["ca-certificates", "netbase", "tzdata", ...libraries];
      const root = await debianRoot(join(work, "root"), "bookworm", packages, log);
      await copyPython(join(folder, version), root, minor, log);
      await checkLinks(root, log);
      await inRoot(root, log, ["python3", "-m", "ensurepip", "--default-pip"]);
      await writeLayer(root, join(work, "layer"));
      const path = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
      return {
        layers: [join(work, "layer")],
        config: { Env: [`PATH=${path}`, "LANG=C.UTF-8", `PYTHON_VERSION=${version}`], Cmd: ["python3"] },
      };
    },
  };
}

async function copyPython(from: string, root: string, minor: string, log: StepLog): Promise<void> {
  const [local, lib] = ["usr/local", `usr/local/lib/python${minor}`].map((path) => join(root, path));
  if (local === undefined || lib === undefined) return;
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true } as const;
  for (const part of ["bin", "include", "lib"]) await cp(join(from, part), join(local, part), options);
  for (const name of leftOut) await rm(join(lib, name), { recursive: true, force: true });
  await mkdir(join(lib, "site-packages"));
  const own = `find /usr/local/bin -mindepth 1 ! -name 'python*' ! -name 'pydoc*' ! -name '2to3*' -delete
    find /usr/local/lib -name '__pycache__' -prune -exec rm -rf {} +
    find /usr/local/lib \\( -name '*.a' -o -name '_tkinter*.so' \\) -delete
    grep -rlIF "$0" /usr/local | xargs -r sed -i "s|$0|/usr/local|g"
    ldconfig`;
  await inRoot(root, log, ["sh", "-e", "-c", own, from]);
  // pip before 24.2 trusts nothing but its own list: here it must trust what the machine trusts.
  await writeFile(join(root, "etc/pip.conf"), "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n");
}

async function checkLinks(root: string, log: StepLog): Promise<void> {
  const find = "find /usr/local -type f \\( -name '*.so*' -o -name 'python3.*[0-9]' \\) -exec ldd {} +";
  const missing = /^.*not found.*$/m.exec(await inRoot(root, log, ["sh", "-c", find]));
  if (missing === null) return;
  throw new Error(
    `PYTHON_NOT_RELOCATED: ${missing[0].trim()}. Add its package to ci/engine/images/pyenv.ts.`,
  );
}

/** The newest version of each minor one of Python 3.9 or newer that pyenv has, without those of Debian. */
function found(folder: string, others: readonly string[]): readonly string[] {
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => /^3\.\d+\.\d+$/.test(name)) : [];
  const patch = (version: string) => Number(version.split(".")[2]);
  const newest = new Map<string, string>();
  for (const version of all.toSorted((one, other) => patch(one) - patch(other))) {
    const [, minor = ""] = version.split(".");
    if (Number(minor) >= 9 && !others.includes(`3.${minor}`)) newest.set(minor, version);
  }
  return [...newest.values()];
}

/** Stand-ins for the versions of Python that Debian does not have. There are none on a machine without pyenv. */
export function pyenvPythons(others: readonly string[]): readonly StandIn[] {
  const folder = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  return found(folder, others).map((version) => pyenvPython(folder, version));
}
