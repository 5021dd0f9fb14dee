/** Programs that machines of CI systems have, with their Debian packages where these have another name. */
const packages: Readonly<Record<string, string>> = {
  bc: "bc",
  cc: "gcc",
  cmake: "cmake",
  convert: "imagemagick",
  curl: "curl",
  docker: "docker.io",
  dot: "graphviz",
  ffmpeg: "ffmpeg",
  file: "file",
  "g++": "g++",
  gcc: "gcc",
  git: "git",
  gpg: "gnupg",
  hg: "mercurial",
  java: "default-jre-headless",
  jq: "jq",
  less: "less",
  make: "make",
  man: "man-db",
  msgfmt: "gettext",
  node: "nodejs",
  npm: "npm",
  openssl: "openssl",
  pandoc: "pandoc",
  patch: "patch",
  pdftotext: "poppler-utils",
  ps: "procps",
  psql: "postgresql-client",
  rsync: "rsync",
  sqlite3: "sqlite3",
  ssh: "openssh-client",
  svn: "subversion",
  tesseract: "tesseract-ocr",
  unzip: "unzip",
  wget: "wget",
  zip: "zip",
};

/** Those that are too large to install without being asked, or that the hosted machines do not have either. */
const onRequest: ReadonlySet<string> = new Set([
  "convert",
  "docker",
  "dot",
  "ffmpeg",
  "java",
  "man",
  "node",
  "npm",
  "pandoc",
  "pdftotext",
  "tesseract",
]);

/** How Python, and a shell, say that there is no such program. */
const words = [
  /\[Errno 2\] No such file or directory: '([\w+]+)'/g,
  /\bsh: (?:\d+: )?([\w+]+): (?:not found|command not found)/g,
  /'([\w+]+)' is not installed\b/g,
  /\bBad git executable\b/g,
];

/** A program that tests miss, and the Debian package that has it. */
export interface MissingProgram {
  readonly program: string;
  readonly package: string;
  /** Whether the hosted machines of CI systems have it, and it is small. */
  readonly isOnRunners: boolean;
}

/**
 * Finds the programs that failed tests miss. A name counts only if it is that of a known program: the same words tell
 * of any file that is not there.
 *
 * @param messages what the failed tests say.
 */
export function missingPrograms(messages: readonly string[]): readonly MissingProgram[] {
  const named = messages.flatMap((message) =>
    words.flatMap((form) => [...message.matchAll(form)].map(([, name = "git"]) => name)),
  );
  return [...new Set(named)].sort().flatMap((program) => {
    const found = Object.hasOwn(packages, program) ? packages[program] : undefined;
    return found === undefined ? [] : [{ program, package: found, isOnRunners: !onRequest.has(program) }];
  });
}
