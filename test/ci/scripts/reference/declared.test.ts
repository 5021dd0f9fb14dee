import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { surfaces } from "../../../../ci/scripts/reference/declared.ts";
import { kebab, modulePage } from "../../../../ci/scripts/reference/module-page.ts";

const source = `
const pins = { image: "tool:1" };

/**
 * Looks at
 * things.
 */
@object()
export class Tool {
  /** @param image its image */
  constructor(image: string = pins.image) {}

  /**
   * Looks. Fails with TOOL_FAILED.
   *
   * @param source what is looked at
   * @param atMost how many | at most, as NAME <EMAIL>
   * @returns what was seen
   */
  @func({ cache: "never" })
  async lookAt(source: Directory, atMost?: number): Promise<File> {}

  private hidden(): void {}
}

class Inner {}
`;

test("what a module offers is what is decorated, each option as the CLI spells it", () => {
  const [tool, ...others] = surfaces("index.ts", source);
  expect(others).toEqual([]);
  expect(tool?.functions.map(({ name }) => name)).toEqual(["lookAt"]);
  expect(modulePage("tool", "dagger call -m modules/tool", tool ? [tool] : [])).toBe(`# tool

Made from the docstrings by \`npm run generate\`.

Looks at things.

## dagger call -m modules/tool [options] …

| option | type | default | meaning |
| --- | --- | --- | --- |
| \`--image\` | string | \`"tool:1"\` | its image |

## dagger call -m modules/tool look-at

Returns a File.

Looks. Fails with TOOL_FAILED.

Returns what was seen.

| option | type | default | meaning |
| --- | --- | --- | --- |
| \`--source\` | Directory | required | what is looked at |
| \`--at-most\` | number |  | how many \\| at most, as NAME \\<EMAIL> |
`);
});

/** What the CLI of 0.19 to 0.21 takes for itself, wherever it stands in a call. */
const own = [
  "auto-apply",
  "cloud",
  "debug",
  "dot-focus-field",
  "dot-output",
  "dot-show-internal",
  "interactive",
  "interactive-command",
  "lock",
  "no-exit",
  "progress",
  "quiet",
  "scale-out",
  "silent",
  "verbose",
  "web",
  "workdir",
  "x-release",
  "allow-llm",
  "eager-runtime",
  "json",
  "mod",
  "no-mod",
  "output",
];

/** Every argument of the root module and of each in modules. */
async function declared(): Promise<readonly string[]> {
  const modules = (await readdir("modules")).map((name) => `modules/${name}/src/index.ts`);
  const sources = ["src/index.ts", ...modules];
  const found = await Promise.all(sources.map(async (path) => surfaces(path, await readFile(path, "utf8"))));
  return found
    .flat()
    .flatMap(({ constructor_, functions }) => [...functions, ...(constructor_ ? [constructor_] : [])])
    .flatMap((each) => each.arguments.map(({ name }) => name));
}

test("no option has the name of one that the CLI takes for itself", async () => {
  const names = (await declared()).map(kebab);
  expect(names.length).toBeGreaterThan(200);
  expect(names.filter((name) => own.includes(name))).toEqual([]);
});

/** What is required becomes a parameter of that name in Go. https://go.dev/ref/spec#Keywords */
const keywords =
  "break case chan const continue default defer else fallthrough for func go goto if import interface map package " +
  "range return select struct switch type var";

test("no argument has a name that a module in Go cannot give it", async () => {
  expect((await declared()).filter((name) => keywords.split(" ").includes(name))).toEqual([]);
});
