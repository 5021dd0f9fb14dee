import type { Files } from "#pipelines/config/config.ts";
import { type FileLinterName, fileLinterNames } from "#pipelines/config/linter.ts";
import { lockedVersions } from "#pipelines/plan/python/locked.ts";
import { preCommitHooks } from "#pipelines/plan/python/pre-commit.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { cover } from "./cover.ts";
import { type HadolintLevel, hadolintThreshold, yamllintReferences } from "./linter-settings.ts";
import { scriptsAmong } from "./scripts.ts";
import type { Tree } from "./tree.ts";
import { isVendored } from "./vendored.ts";

/** A tool that checks files of the repository, and what it is given. */
export interface PlannedFileLinter {
  readonly tool: FileLinterName;
  /** What it checks, in order of the paths; empty when slipway.yaml asks for a tool that there is nothing for. */
  readonly paths: readonly string[];
  /** All that it reads, the repository's settings for it too: files, and whole folders, which end with `/`. */
  readonly reads: readonly string[];
  /** The version that the repository locks, else the one its pre-commit hook names; absent: ours. */
  readonly version?: string;
  /** From which level on the tool's own settings let a finding stop; absent: ours. */
  readonly least?: HadolintLevel;
}

const workflow = /^\.github\/workflows\/[^/]+\.ya?ml$/;
const action = /(?:^|\/)action\.ya?ml$/;
const dockerfile =
  /(?:^|\/)(?:(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|[^/]*\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
/** What begins like a Dockerfile and is something else: its list of ignored files, a template, a script. */
const noDockerfile = /\.(?:dockerignore|erb|in|j2|jinja2?|json|md|py|sh|template|tmpl|tpl|txt|ya?ml)$/;

const shellcheckSettings = /(?:^|\/)\.?shellcheckrc$/;
const hadolintSettings = /^\.hadolint\.ya?ml$/;
const actionlintSettings = /^\.github\/actionlint\.ya?ml$/;
const zizmorSettings = /^(?:\.github\/)?zizmor\.ya?ml$/;
const yamllintSettings = /^\.yamllint(?:\.ya?ml)?$/;

/** Says whether a file is a Dockerfile by its name. */
export function isDockerfile(path: string): boolean {
  return dockerfile.test(path) && !noDockerfile.test(path);
}

/**
 * Decides which tools check the files of the repository that are no code of a service, and what each is given. What
 * lies in generated or vendored folders is passed over.
 *
 * @param wanted what slipway.yaml says; `auto`: those that there are files for, yamllint where the repository has
 *   settings or a pre-commit hook for it.
 */
export async function planFileLinters(
  tree: Tree,
  wanted: Files | false,
): Promise<readonly PlannedFileLinter[]> {
  if (wanted === false) return [];
  const all = await tree.all();
  const own = all.filter(
    (path) => !isVendored(path) && !wanted.skip.some((skipped) => isWithin(path, skipped)),
  );
  const hooks = await preCommitHooks(tree);
  const isYamlWanted = own.some((path) => yamllintSettings.test(path)) || hooks.has("yamllint");
  const names = fileLinterNames.filter((name) =>
    wanted.lint === "auto" ? name !== "yamllint" || isYamlWanted : wanted.lint.includes(name),
  );
  const planned = await Promise.all(
    names.map(async (tool) => {
      const { paths, besides, ...rest } = await inputs[tool](tree, own);
      const version = await versionOf(tree, tool, hooks);
      return { tool, paths, reads: cover([...paths, ...besides], all), ...rest, ...version };
    }),
  );
  return planned.filter(({ paths }) => wanted.lint !== "auto" || paths.length > 0);
}

interface Inputs extends Pick<PlannedFileLinter, "paths" | "least"> {
  /** What else it reads: the repository's settings for it, and what they or the checked files refer to. */
  readonly besides: readonly string[];
}

const inputs: Readonly<Record<FileLinterName, (tree: Tree, own: readonly string[]) => Promise<Inputs>>> = {
  shellcheck: async (tree, own) => ({
    paths: await scriptsAmong(tree, own),
    besides: own.filter((path) => shellcheckSettings.test(path)),
  }),
  hadolint: async (tree, own) => {
    const besides = own.filter((path) => hadolintSettings.test(path));
    const least = await hadolintThreshold(tree, besides[0]);
    return {
      paths: own.filter(isDockerfile),
      besides,
      ...(least !== undefined && { least }),
    };
  },
  actionlint: async (_, own) => ({
    paths: own.filter((path) => workflow.test(path)),
    besides: own.filter((path) => actionlintSettings.test(path) || action.test(path)),
  }),
  zizmor: async (_, own) => ({
    paths: own.filter((path) => workflow.test(path) || action.test(path)),
    besides: own.filter((path) => zizmorSettings.test(path) || /^\.github\/dependabot\.ya?ml$/.test(path)),
  }),
  yamllint: async (tree, own) => {
    const settings = own.filter((path) => yamllintSettings.test(path));
    const referred = await yamllintReferences(tree, settings[0]);
    return {
      paths: own.filter((path) => /\.ya?ml$/.test(path)),
      besides: [...settings, ...own.filter((path) => referred.includes(path))],
    };
  },
};

/** Only of tools whose versions are those of their packages and of their hooks alike. */
async function versionOf(
  tree: Tree,
  tool: FileLinterName,
  hooks: ReadonlyMap<string, string | undefined>,
): Promise<{ readonly version?: string }> {
  if (tool !== "zizmor" && tool !== "yamllint") return {};
  const version = (await lockedVersions(tree, ".")).get(tool) ?? hooks.get(tool);
  return version === undefined ? {} : { version };
}
