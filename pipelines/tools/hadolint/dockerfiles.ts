const dockerfile =
  /(?:^|\/)(?:(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|[^/]*\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
/** What begins like a Dockerfile and is something else: its list of ignored files, a template, a script. */
const noDockerfile = /\.(?:dockerignore|erb|in|j2|jinja2?|json|md|py|sh|template|tmpl|tpl|txt|ya?ml)$/;

/** Says whether a file is a Dockerfile by its name. */
export function isDockerfile(path: string): boolean {
  return dockerfile.test(path) && !noDockerfile.test(path);
}
