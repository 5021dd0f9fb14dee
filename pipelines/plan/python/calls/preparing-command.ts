import { posix } from "node:path";
import { programOf } from "./runners.ts";
import { isPlain } from "./shell-tokens.ts";

/** A command that prepares tests. */
export interface PreparingCommand {
  /** Its words behind variables, and behind runners that only choose the environment. */
  readonly words: readonly string[];
  /** The folder to which its runner goes, relative to its own. */
  readonly folder: string;
  readonly isForDatabase: boolean;
}

/** The longest name of a script, in characters. */
const longestName = 300;
const seeding = /^[\w.-]*(?:pre_?start|initial_data|init_?db|create_?db|seed)\w*\.(?:py|sh)$/;
const copying = /^(?:cp|mkdir|touch|ln)$/;
const asking = /^(?:psql|createdb|createuser|mysql|mysqladmin)$/;

/** Reads a command that migrates, collects, compiles or copies; undefined for any other, or if a shell has to fill it in. */
export function preparingCommand(written: readonly string[]): PreparingCommand | undefined {
  const program = programOf(written);
  if (program === undefined) return undefined;
  const { name, args, at, folder } = program;
  const before = written.slice(0, written.length - args.length - 1);
  // Another user has another home and another login; xargs adds words.
  if (before.some((word) => /^(?:-u|--user(?:=.*)?|xargs)$/.test(word))) return undefined;
  const kind = kindOf(name, args);
  if (kind === undefined) return undefined;
  const python = before.findLastIndex((word) => /^(?:\S*\/)?python[\d.]*$/.test(word));
  const isPython = python >= 0 || name.endsWith(".py");
  const options = python < 0 ? [] : before.slice(python + 1);
  const interpreter = isPython ? ["python", ...options] : name.endsWith(".sh") ? ["bash"] : [];
  const words = [...interpreter, posix.join(at, name), ...args];
  if (!words.every((word) => isPlain(word) && !/^[<~]/.test(word))) return undefined;
  return { words, folder, isForDatabase: kind === "database" };
}

function kindOf(name: string, args: readonly string[]): "database" | "alone" | undefined {
  if (copying.test(name)) return args.length > 0 ? "alone" : undefined;
  if (asking.test(name)) return args.length > 0 ? "database" : undefined;
  const [first = "", second = ""] = withoutOptions(args);
  if (/^(?:manage\.py|django-admin|django)$/.test(name)) {
    if (first === "migrate") return "database";
    return /^(?:compilemessages|collectstatic)$/.test(first) ? "alone" : undefined;
  }
  if (name === "alembic") return first === "upgrade" ? "database" : undefined;
  if (name === "flask") return first === "db" && second === "upgrade" ? "database" : undefined;
  if (name === "pybabel") return first === "compile" ? "alone" : undefined;
  const script = /^(?:ba|z)?sh$/.test(name) ? posix.basename(args[0] ?? "") : args.length === 0 ? name : "";
  const isSeeding = script.length < longestName && seeding.test(script) && args.length <= 1;
  return isSeeding ? "database" : undefined;
}

/** The words that are neither options nor values of those in front of a command. */
function withoutOptions(args: readonly string[]): readonly string[] {
  const valued = /^(?:-[cnxA]|--(?:config|name|app|env-file|settings|pythonpath))$/;
  return args.filter((arg, at) => !arg.startsWith("-") && !valued.test(args[at - 1] ?? ""));
}

/** The Debian packages that a call of apt installs: names only, and no variable, file or version. */
export function packagesIn(written: readonly string[]): readonly string[] {
  const { name, args } = programOf(written) ?? { name: "", args: [] };
  if (!/^(?:apt|apt-get|aptitude)$/.test(name)) return [];
  const valued = /^(?:-[otca]|--(?:option|target-release|config-file|default-release))$/;
  const [verb, ...names] = args.filter((arg, at) => !arg.startsWith("-") && !valued.test(args[at - 1] ?? ""));
  return verb === "install" ? names.filter((each) => /^[a-z0-9][a-z0-9+.-]+$/.test(each)) : [];
}
