/** The files of commands that a pipeline runs by a program of their own, as in `tox` or `make test`. */
const scriptRunners: Readonly<Record<string, RegExp>> = {
  tox: /(?:^|\/)(?:tox\.(?:ini|toml)|setup\.cfg|pyproject\.toml)$/,
  nox: /(?:^|\/)noxfile\.py$/,
  make: /(?:^|\/)(?:GNUm|[Mm])akefile$/,
  just: /(?:^|\/)\.?[Jj]ustfile$/,
};

export function isScriptRunner(tool: string): boolean {
  return Object.hasOwn(scriptRunners, tool);
}

/** Whether a program runs commands of a file. */
export function runsFile(tool: string, file: string): boolean {
  return scriptRunners[tool]?.test(file) === true;
}

/** Runners of commands that pyproject.toml names, as in `hatch run test:cov`. */
const projectRunners = new Set(["hatch", "pdm", "poe", "rye", "task"]);

export function isProjectRunner(name: string): boolean {
  return projectRunners.has(name);
}
