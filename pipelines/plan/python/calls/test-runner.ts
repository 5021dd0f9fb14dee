import { isTestFile } from "#pipelines/plan/python/test-file.ts";
import { clean, join, joinInside } from "#pipelines/text/path.ts";
import type { Program } from "./runners.ts";

/**
 * The ways in which repositories run their tests: pytest, `python -m unittest`, Django's `manage.py test`, a script
 * such as runtests.py, and a file of tests that runs as a program.
 */
const testRunners = ["pytest", "unittest", "django test", "test script", "test file"] as const;

export type TestRunner = (typeof testRunners)[number];

export function isTestRunner(tool: string): tool is TestRunner {
  return testRunners.some((runner) => runner === tool);
}

/** Tells which tests a program runs; undefined if it runs none. */
export function testRunOf({
  name,
  at,
  args,
}: Program): { readonly tool: TestRunner; readonly args: readonly string[] } | undefined {
  const [first, ...rest] = args;
  if (name === "pytest" || name === "py.test") return { tool: "pytest", args };
  if (name === "unittest") return { tool: "unittest", args: first === "discover" ? rest : args };
  if (["manage.py", "django", "django-admin"].includes(name) && first === "test")
    return { tool: "django test", args: rest };
  if (name === "hatch" && first === "test") return { tool: "pytest", args: withoutHatch(rest) };
  // A manage.py of its own, such as testmanage.py, may read arguments of its own.
  const isOwnManage = /^\w+manage\.py$/.test(name) && first === "test";
  if (/^run_?tests?\.py$/.test(name) || isOwnManage) return { tool: "test script", args };
  if (name === "test.py" || name === "tests.py" || isTestFile(name))
    return { tool: "test file", args: [join(at, name)] };
  return undefined;
}

/** What `hatch test` passes on to pytest. https://hatch.pypa.io/latest/cli/reference/#hatch-test */
function withoutHatch(args: readonly string[]): readonly string[] {
  const valued = /^(?:-py|--python|-i|--include|-x|--exclude|--retries|--retry-delay)$/;
  const flag = /^(?:-[acprs]+|--(?:all|cover|cover-quiet|parallel|randomize|show))$/;
  return args.filter((arg, at) => !flag.test(arg) && !valued.test(arg) && !valued.test(args[at - 1] ?? ""));
}

/** Whether a runner takes names of modules, as in `tests.unit.test_orders`, besides paths. */
export function hasLabels(tool: string): boolean {
  return tool === "unittest" || tool === "django test" || tool === "test script";
}

/**
 * The file or folder of a label: a path, or a dotted name of a package, a module, a class or a method. Of a class, it is
 * the whole file. A label without one becomes the path that it would be.
 */
export function labelPath(
  folder: string,
  label: string,
  exists: (path: string) => boolean,
): string | undefined {
  const path = joinInside(folder, clean(label));
  if (path === undefined || exists(path) || !/^\w+(?:\.\w+)*$/.test(label)) return path;
  const names = label.split(".");
  if (names.length > 30) return path;
  const places = names.flatMap((_, at) => {
    const module = names.slice(0, names.length - at).join("/");
    return [`${module}.py`, module].flatMap((place) => joinInside(folder, place) ?? []);
  });
  return places.find(exists) ?? path;
}
