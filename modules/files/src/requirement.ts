/**
 * Puts a tool's version behind its package's name. Fails with ARGUMENT_INVALID when the version is none of PEP 440's,
 * since what else can stand there (a URL, a path) would install something else.
 */
export function requirement(name: string, version: string): string {
  if (/^\d[0-9A-Za-z.!+_-]{0,60}$/.test(version)) return `${name}==${version}`;
  throw new Error(
    `ARGUMENT_INVALID: ${JSON.stringify(version)} is no version of ${name}. Give one as in 1.2.3.`,
  );
}
