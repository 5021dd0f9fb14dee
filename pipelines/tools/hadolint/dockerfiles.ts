const dockerfile =
  /(?:^|\/)(?:(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|[^/]*\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
/** Files that only begin like a Dockerfile: a list of ignored files, a template, a script. */
const noDockerfile = /\.(?:dockerignore|erb|in|j2|jinja2?|json|md|py|sh|template|tmpl|tpl|txt|ya?ml)$/;

/** Whether a file is a Dockerfile, by its name. */
export function isDockerfile(path: string): boolean {
  return dockerfile.test(path) && !noDockerfile.test(path);
}
