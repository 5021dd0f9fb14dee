/** The requirements that change what a tool finds. */
const plugins: Readonly<Record<string, RegExp>> = {
  flake8: /^(?:flake8[-_]|pep8-naming|wemake-python-styleguide|dlint|darglint|pydoclint|hacking)/i,
  pylint: /^pylint[-_]/i,
  mypy: /^(?:types-|[\w.-]+-stubs\b)/i,
};

/** Whether a tool has plugins, or takes stubs. */
export function takesPlugins(tool: string): boolean {
  return Object.hasOwn(plugins, tool);
}

/** Whether a requirement is a plugin of a tool, or stubs for it. */
export function isPlugin(tool: string, requirement: string): boolean {
  return takesPlugins(tool) && plugins[tool]?.test(requirement) === true;
}

/** Whether it is one of any tool. */
export function isPluginOfAny(requirement: string): boolean {
  return Object.values(plugins).some((each) => each.test(requirement));
}

/**
 * Finds the plugins of a tool, or stubs for it, in the files that declare it, for instance as a group for development: who installs the
 * one there gets the others.
 *
 * @param texts the files that declare packages.
 */
export function declaredPlugins(tool: string, texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => {
    const names = [
      ...text
        .replace(/^[ \t]*#.*$/gm, "")
        .matchAll(/(?:^|[\s"'(,])([A-Za-z0-9][\w.-]*)(?=$|[\s"'),;<>=!~[])/gm),
    ].map(([, name = ""]) => name.toLowerCase());
    return names.includes(tool) ? names.filter((name) => isPlugin(tool, name)) : [];
  });
  return [...new Set(found)];
}

/** The plugins of a tool, or stubs for it, at the versions that the repository locks. */
export function lockedPlugins(tool: string, versions: ReadonlyMap<string, string>): readonly string[] {
  return [...versions].flatMap(([name, version]) => {
    const isPlain = /^[A-Za-z0-9][\w.-]*$/.test(name) && /^[\w.!+-]+$/.test(version);
    return isPlain && isPlugin(tool, name) ? `${name}==${version}` : [];
  });
}
