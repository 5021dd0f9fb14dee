/** The files of commands that a pipeline runs by a program of their own, as in `tox` or `make test`. */
const scriptRunners: Readonly<Record<string, RegExp>> = {
  tox: /(?:^|\/)(?:tox\.(?:ini|toml)|setup\.cfg|pyproject\.toml)$/,
  nox: /(?:^|\/)noxfile\.py$/,
  make: /(?:^|\/)(?:GNUm|[Mm])akefile$/,
  just: /(?:^|\/)\.?[Jj]ustfile$/,
  hatch: /(?:^|\/)pyproject\.toml$/,
  pdm: /(?:^|\/)pyproject\.toml$/,
  poe: /(?:^|\/)pyproject\.toml$/,
  rye: /(?:^|\/)pyproject\.toml$/,
  task: /(?:^|\/)pyproject\.toml$/,
};

export function isScriptRunner(tool: string): boolean {
  return Object.hasOwn(scriptRunners, tool);
}

/** Whether a program runs commands of a file. */
export function runsFile(tool: string, file: string): boolean {
  return scriptRunners[tool]?.test(file) === true;
}
