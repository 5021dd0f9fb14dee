import type { Container } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { pins } from "./pins.ts";
import { uv } from "./uv-tool.ts";

/** Installs those of its arguments that are missing in every version, and changes no version that is installed. */
const script = `
import re
import subprocess
import sys
from importlib.metadata import distributions

names = [(each.metadata["Name"], each.version) for each in distributions()]
there = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in names if name}
missing = [pin for pin in sys.argv[1:] if pin.split("==")[0] not in there]
if missing:
    with open("/slipway/constraints.txt", "w") as constraints:
        constraints.writelines(f"{name}=={version}\\n" for name, version in there.items())
    install = ["${uv}", "pip", "install", "--constraints=/slipway/constraints.txt", *missing]
    sys.exit(subprocess.run(install).returncode)
`;

/** Adds packages to an environment that does not have them. Fails if one does not fit the installed ones. */
export function withPlugins(environment: Container, requirements: readonly string[]): Container {
  if (requirements.length === 0) return environment;
  return environment
    .withNewFile("/slipway/plugins", script)
    .withExec(["python", "/slipway/plugins", ...requirements]);
}

/** The requirements of a plugin. Fails with ARGUMENT_INVALID for an unknown name. */
export function pinsOf(name: string): readonly string[] {
  const own = pins.plugins.get(name);
  if (own !== undefined) return own;
  throw errorOf(
    "ARGUMENT_INVALID",
    `names: ${JSON.stringify(name)} is not a known plugin`,
    `Set it to one of ${[...pins.plugins.keys()].join(", ")}.`,
  );
}
