import { codedError, shown } from "./errors.ts";

/** How an API of a forge describes a pull request. */
export interface Kind {
  /** The path that lists open requests from one branch into another. */
  listed(repository: string, head: string, base: string): string;
  /** The path to which a new request is sent. */
  opened(repository: string): string;
  body(request: Request): Readonly<Record<string, string>>;
  /** The page of a request in an answer, if the request is open and of these two branches. */
  page(answer: unknown, head: string, base: string): string | undefined;
}

export interface Request {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly text: string;
}

const ownerAndName = /^[\w.-]+\/[\w.-]+$/;
const groupsAndName = /^[\w.-]+(?:\/[\w.-]+)+$/;

/** https://docs.github.com/en/rest/pulls/pulls */
const github: Kind = {
  listed: (repository, head, base) =>
    `/repos/${repository}/pulls?${new URLSearchParams({
      state: "open",
      head: `${repository.split("/")[0]}:${head}`,
      base,
      per_page: "100",
    })}`,
  opened: (repository) => `/repos/${repository}/pulls`,
  body: ({ head, base, title, text }) => ({ head, base, title, body: text }),
  page: (answer, head, base) =>
    textAt(answer, "state") === "open" &&
    textAt(answer, "head", "ref") === head &&
    textAt(answer, "base", "ref") === base &&
    // A fork may have a branch of the same name; its request is not ours.
    textAt(answer, "head", "repo", "full_name") === textAt(answer, "base", "repo", "full_name")
      ? textAt(answer, "html_url")
      : undefined,
};

/** https://docs.gitea.com/api: as on GitHub, but one request is found by its two branches. */
const gitea: Kind = {
  ...github,
  listed: (repository, head, base) =>
    `/repos/${repository}/pulls/${encodeURIComponent(base)}/${encodeURIComponent(head)}`,
};

/** https://docs.gitlab.com/api/merge_requests/ */
const gitlab: Kind = {
  listed: (repository, head, base) =>
    `/projects/${encodeURIComponent(repository)}/merge_requests?${new URLSearchParams({
      state: "opened",
      source_branch: head,
      target_branch: base,
    })}`,
  opened: (repository) => `/projects/${encodeURIComponent(repository)}/merge_requests`,
  body: ({ head, base, title, text }) => ({
    source_branch: head,
    target_branch: base,
    title,
    description: text,
  }),
  page: (answer, head, base) =>
    textAt(answer, "state") === "opened" &&
    textAt(answer, "source_branch") === head &&
    textAt(answer, "target_branch") === base &&
    valueAt(answer, "source_project_id") === valueAt(answer, "target_project_id")
      ? textAt(answer, "web_url")
      : undefined,
};

/** Finds the API of a forge. Fails with ARGUMENT_INVALID on an unknown kind and on an invalid repository. */
export function kindOf(name: string, repository: string): Kind {
  const kinds: Readonly<Record<string, Kind>> = { github, gitea, gitlab };
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind) {
    throw codedError(
      "ARGUMENT_INVALID",
      `kind: ${shown(name)} is not a known forge`,
      "Set it to github, gitlab or gitea.",
    );
  }
  const form = kind === gitlab ? groupsAndName : ownerAndName;
  if (form.test(repository) && !repository.split("/").some((part) => /^\.+$/.test(part))) return kind;
  throw codedError(
    "ARGUMENT_INVALID",
    `repository: ${shown(repository)} is not the name of a repository`,
    "Set it to OWNER/NAME; on GitLab with all groups, as in GROUP/SUBGROUP/NAME.",
  );
}

/** Finds the first page among the requests of an answer. An answer is one request or a list of them. */
export function pageIn(kind: Kind, answer: unknown, head: string, base: string): string | undefined {
  const all: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return all.map((one) => kind.page(one, head, base)).find((page) => page !== undefined);
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const at = valueAt(value, ...keys);
  return typeof at === "string" ? at : undefined;
}

function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
