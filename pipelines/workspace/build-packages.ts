/** What a build from source says when something of the system is missing, and the Debian packages that have it. */
const needs: readonly (readonly [says: RegExp, packages: readonly string[]])[] = [
  [/\bpg_config\b/, ["gcc", "libpq-dev"]],
  [
    /\bmysql_config\b|\bpkg-config\b.*\b(?:mysqlclient|mariadb)\b/,
    ["default-libmysqlclient-dev", "gcc", "pkg-config"],
  ],
  [
    /\byou need a C compiler\b|\bcommand '(?:[\w-]*-)?(?:gcc|cc)' failed|\b(?:gcc|cc): (?:command )?not found|No such file or directory: '(?:[\w-]*-)?(?:gcc|cc)'/,
    ["gcc", "libc6-dev"],
  ],
  [/\bcommand '(?:[\w-]*-)?g\+\+' failed|No such file or directory: '(?:[\w-]*-)?g\+\+'/, ["g++"]],
  [/\bffi\.h: No such file\b/, ["gcc", "libffi-dev"]],
  [/\bxmlversion\.h\b|\bxslt-config\b/, ["gcc", "libxml2-dev", "libxslt1-dev"]],
  [/\b(?:ldap|lber)\.h: No such file\b/, ["gcc", "libldap2-dev", "libsasl2-dev"]],
  [/\bkrb5-config\b/, ["gcc", "libkrb5-dev"]],
  [/\bcannot find -lz\b|\bzlib\.h: No such file\b/, ["gcc", "libc6-dev", "zlib1g-dev"]],
  [/\bcannot find -lsasl2\b|\bsasl\/sasl\.h: No such file\b/, ["gcc", "libc6-dev", "libsasl2-dev"]],
  [/\blibmemcached\/memcached\.h\b/, ["gcc", "libc6-dev", "libmemcached-dev", "zlib1g-dev"]],
  [/\bopenssl\/\w+\.h: No such file\b/, ["gcc", "libssl-dev"]],
  [/\bheaders or library files could not be found for (?:jpeg|zlib)\b/, ["gcc", "libjpeg-dev", "zlib1g-dev"]],
  [/\b(?:cargo|rustc)\b.*\bnot (?:found|installed)\b|\bRust\b.*\bnot found\b/i, ["cargo"]],
  [/\bcmake\b.*\bnot (?:found|installed)\b/i, ["cmake", "g++"]],
  [/\bGit executable not found\b|\bgit: (?:command )?not found\b/, ["git"]],
];

/** The longest output that is searched, in characters from its end. */
const longest = 20_000;

/** Finds the Debian packages that the build of a dependency lacked, by its output. */
export function lackingPackages(output: string): readonly string[] {
  const lines = output
    .slice(-longest)
    .split("\n")
    .map((line) => line.slice(0, 1000));
  const found = needs.filter(([says]) => lines.some((line) => says.test(line)));
  const packages = found.flatMap(([, names]) => names);
  // Debian's compiler has no headers of C by itself.
  return [...new Set(packages.includes("gcc") ? [...packages, "libc6-dev"] : packages)].sort();
}
