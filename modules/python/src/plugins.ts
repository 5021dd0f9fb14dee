import type { Container } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { pins } from "./pins.ts";

/** Installs those of its arguments that are not there in any version, and moves no version that is. */
const script = `
import re
import subprocess
import sys
from importlib.metadata import distributions

there = {re.sub(r"[-_.]+", "-", each.name).lower(): each.version for each in distributions() if each.name}
missing = [pin for pin in sys.argv[1:] if pin.split("==")[0] not in there]
if missing:
    with open("/slipway/constraints.txt", "w") as constraints:
        constraints.writelines(f"{name}=={version}\\n" for name, version in there.items())
    install = ["uv", "pip", "install", "--constraints=/slipway/constraints.txt", *missing]
    sys.exit(subprocess.run(install).returncode)
`;

/** Adds packages to an environment that has none of that name; fails when one does not go with what is there. */
export function withPlugins(environment: Container, requirements: readonly string[]): Container {
  if (requirements.length === 0) return environment;
  return environment
    .withNewFile("/slipway/plugins", script)
    .withExec(["python", "/slipway/plugins", ...requirements]);
}

/** The requirement of a plugin. Fails with ARGUMENT_INVALID for a name that no plugin has. */
export function pinOf(name: string): string {
  const pin = pins.plugins.get(name);
  if (pin !== undefined) return pin;
  throw errorOf(
    "ARGUMENT_INVALID",
    `there is no plugin ${JSON.stringify(name)}`,
    `Name ${[...pins.plugins.keys()].join(", ")}.`,
  );
}
