import { posix } from "node:path";
import { parseIni } from "#pipelines/plan/python/ini.ts";
import { hookCommands, preCommitFile } from "#pipelines/plan/python/pre-commit.ts";
import { parsePyproject, parseToml } from "#pipelines/plan/python/project.ts";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { clean, isWithin, join, joinInside } from "#pipelines/text/path.ts";
import { actionCommand } from "./actions.ts";
import { type Command, commandsIn, unreadCommand, within } from "./command-line.ts";
import { composeStart } from "./compose.ts";
import { bothOf } from "./conditions.ts";
import { dockerContainers } from "./docker-run.ts";
import { installsOf } from "./installs.ts";
import { LocalActions } from "./local-actions.ts";
import { pipelineFiles } from "./pipeline-files.ts";
import { ShellScripts } from "./shell-scripts.ts";
import { noxScripts } from "./tasks/nox.ts";
import { projectScripts } from "./tasks/project-scripts.ts";
import { recipeCommands } from "./tasks/reached.ts";
import { recipesIn } from "./tasks/recipes.ts";
import { scriptFiles, scriptFolders } from "./tasks/script-files.ts";
import { targetsOf } from "./tasks/targets.ts";
import { toxScripts, toxTomlScripts } from "./tasks/tox.ts";
import { callsIn, type Script, type ScriptPart, type ToolCall } from "./tool-call.ts";
import { isWorkflow, readWorkflow, type Step } from "./workflows.ts";

const readers: Readonly<Record<string, (text: string) => readonly ScriptPart[]>> = {
  "tox.ini": (text) => toxScripts(parseIni(text, "tox.ini")),
  "tox.toml": (text) => toxTomlScripts(parseToml(text, "tox.toml")),
  "setup.cfg": (text) => toxScripts(parseIni(text, "setup.cfg")),
  "noxfile.py": noxScripts,
  "pyproject.toml": (text) => {
    const project = parsePyproject(text, "pyproject.toml");
    return [...projectScripts(project), ...toxTomlScripts(project.tool?.tox ?? {})];
  },
  ...Object.fromEntries(scriptFiles.map((name) => [name, recipesIn])),
};

/** A script that says what it checks in its name. */
const scriptName =
  /^(?:lint|check|format|fmt|style|static|mypy|types?|typing|typecheck|test|tests|ci|code)[\w-]*(?:\.sh)?$/;

/**
 * Finds the calls of linters, formatters and type checkers that concern a service: those of the workflows first, then
 * those of scripts, and of tox, nox, make, just and the like in the service's folder and above it.
 *
 * @param folder the service's folder.
 */
export async function callsFor(tree: Tree, folder: string): Promise<readonly ToolCall[]> {
  const read = reads.get(tree) ?? new Map<string, Promise<readonly ToolCall[]>>();
  reads.set(tree, read);
  const calls = placesFor(tree, folder).map((place) => {
    const known = read.get(place.file) ?? callsOf(tree, place);
    read.set(place.file, known);
    return known;
  });
  return (await Promise.all(calls)).flat().filter((call) => {
    const places = call.paths.length === 0 ? [call.folder] : call.paths;
    return places.some((place) => isWithin(place, folder) || isWithin(folder, place));
  });
}

/** What is read already: the files of one source are the same for all services. */
const reads = new WeakMap<Tree, Map<string, Promise<readonly ToolCall[]>>>();

/** A file with scripts, and its reader. */
interface Place {
  readonly file: string;
  readonly scripts: (text: string) => readonly Script[] | Promise<readonly Script[]>;
}

function placesFor(tree: Tree, folder: string): readonly Place[] {
  const workflows = workflowsIn(tree);
  const named = scriptFolders.flatMap((at) =>
    tree
      .names(at)
      .filter((name) => scriptName.test(name))
      .map((name) => join(at, name)),
  );
  const tables = upwards(folder).flatMap((at) =>
    Object.entries(readers)
      .filter(([name]) => tree.has(at, name))
      .map(([name, partsOf]) => ({ file: join(at, name), folder: at, partsOf })),
  );
  return [
    ...workflows.map((file) => ({ file, scripts: (text: string) => workflowScripts(tree, file, text) })),
    ...Object.entries(pipelineFiles)
      .filter(([file]) => tree.has(posix.dirname(file), posix.basename(file)))
      .map(([file, read]) => ({
        file,
        scripts: async (text: string) => jobScripts(tree, file, await read(text, tree)),
      })),
    ...named.map((file) => ({
      file,
      scripts: (text: string) => [{ file, folder: ".", commands: commandsIn(text), installs: [] }],
    })),
    ...(tree.has(".", preCommitFile) ? [ofHooks] : []),
    ...tables.map(({ file, folder: at, partsOf }) => ({
      file,
      scripts: (text: string) => {
        const parts = partsOf(text);
        const targets = targetsOf(parts);
        return parts.map((part) => ({ file, folder: at, ...(targets && { targets }), ...part }));
      },
    })),
  ];
}

const ofHooks: Place = {
  file: preCommitFile,
  scripts: (text) => [{ file: preCommitFile, folder: ".", commands: hookCommands(text), installs: [] }],
};

const workflowFolder = ".github/workflows";

/** The workflows of GitHub, relative to the source. */
export function workflowsIn(tree: Tree): readonly string[] {
  return tree
    .names(workflowFolder)
    .map((name) => join(workflowFolder, name))
    .filter(isWorkflow);
}

/** The calls of a file. One that is malformed has none: what reads the file for itself reports it. */
async function callsOf(tree: Tree, { file, scripts: read }: Place): Promise<readonly ToolCall[]> {
  const scripts = await tree
    .read(file)
    .then(read)
    .catch(() => []);
  if (scripts.every(({ commands }) => commands.length === 0)) return [];
  const paths = await tree.paths();
  return scripts.flatMap((script) => callsIn(script, (path) => paths.has(path)));
}

async function workflowScripts(tree: Tree, file: string, text: string): Promise<readonly Script[]> {
  const { isForChanges, jobs } = readWorkflow(text);
  return isForChanges ? jobScripts(tree, file, jobs) : [];
}

async function jobScripts(
  tree: Tree,
  file: string,
  written: readonly (readonly Step[])[],
): Promise<readonly Script[]> {
  const actions = new LocalActions(tree);
  const jobs: (readonly Step[])[] = [];
  for (const steps of written) jobs.push(await actions.inPlace(steps));
  const shell = new ShellScripts(tree);
  const reading = onceEach(mostText);
  const read: (readonly Command[])[][] = [];
  for (const steps of jobs) {
    const commands: (readonly Command[])[] = [];
    for (const step of steps) commands.push(await commandsOf(shell, step, reading));
    read.push(commands);
  }
  const called: (readonly Command[])[] = [];
  for (const [job, steps] of jobs.entries()) {
    const placed = steps.flatMap(({ folder }, at) =>
      (read[job]?.[at] ?? []).flatMap((command) => {
        const from = joinInside(clean(folder), command.folder ?? ".");
        return from === undefined ? [] : [{ ...command, folder: from }];
      }),
    );
    called.push(await recipeCommands(tree, placed));
  }
  return jobs.flatMap((steps, job) => {
    const commands = read[job] ?? [];
    const { requirements, parts, isLocked } = installsOf([...commands.flat(), ...(called[job] ?? [])]);
    const started = dockerContainers(commands.flat());
    const composed = steps.flatMap(({ folder }, at) =>
      (commands[at] ?? []).flatMap(({ words, folder: below = "." }) => {
        const from = joinInside(clean(folder), below);
        return from === undefined ? [] : (composeStart(words, from) ?? []);
      }),
    );
    const scripts: Script[] = [];
    let earlier: readonly Script[] = [];
    for (const [at, step] of steps.entries()) {
      const script = {
        file,
        folder: clean(step.folder),
        commands: commands[at] ?? [],
        variables: step.variables ?? {},
        containers: { ...started, ...step.containers },
        composed,
        installs: requirements,
        parts,
        isLocked,
        job,
        earlier,
        condition: bothOf(step.condition, step.jobCondition),
      };
      scripts.push(script);
      if ((step.condition ?? "holds") === "holds") earlier = [...earlier, script].slice(-mostEarlier);
    }
    return scripts;
  });
}

/** The most text in the steps of one file that is read, in characters. */
const mostText = 500_000;

/** Reads each script once: aliases of YAML repeat a long one at no cost. Scripts beyond the limit stay unread. */
function onceEach(limit: number): Reading {
  const known = new Map<string, readonly Command[]>();
  let left = limit;
  return (script, hasPipefail) => {
    const key = `${hasPipefail}${script}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    left -= script.length;
    const commands = left < 0 ? [unreadCommand(script)] : commandsIn(script, { hasPipefail });
    known.set(key, commands);
    return commands;
  };
}

type Reading = (script: string, hasPipefail: boolean) => readonly Command[];

/** The most steps before a step that are looked at. */
const mostEarlier = 50;

async function commandsOf(shell: ShellScripts, step: Step, read: Reading): Promise<readonly Command[]> {
  const action = actionCommand({ action: "", with: {}, ...step });
  const commands =
    action === undefined
      ? await shell.inPlace(clean(step.folder), read(step.run, step.hasPipefail ?? false))
      : [action];
  return commands.map((command) => within(command, { isIgnored: step.isIgnored }));
}
