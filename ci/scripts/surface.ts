import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ignored } from "#pipelines/source/ignored.ts";

const types = ["Changeset", "Container", "Directory", "File", "Secret", "Service"] as const;
const width = 110;

const parameter = z.strictObject({
  type: z.string().regex(/^(?:string|boolean|Directory|File|Secret|Service)(?:\[\])?!?$/),
  to: z.string().optional(),
  default: z.union([z.boolean(), z.string(), z.array(z.string())]).optional(),
  text: z.string().regex(/[^.]$/),
});
/**
 * A list of parameters. An entry is a list of names, in which $NAME stands for a group; or one parameter, either with
 * another text or in full.
 */
const parameterList = z.array(
  z.union([z.array(z.string()), z.record(z.string(), z.union([z.string(), parameter]))]),
);
const surface = z.strictObject({
  parameters: z.record(z.string(), parameter),
  sentences: z.record(z.string(), z.string()),
  groups: z.record(z.string(), parameterList),
  functions: z.record(
    z.string(),
    z.strictObject({
      summary: z.string().max(80).regex(/\.$/),
      details: z.array(z.string().regex(/\.$|\$[\w-]+$/)),
      call: z.strictObject({
        // Never nothing: the CLI before 0.20.2 exits with 0 if such a function fails (dagger#12845).
        returns: z.enum(["string", "Directory", "Container", "Changeset"]),
        cache: z.enum(["30m", "session", "never"]),
        check: z.literal(true).optional(),
      }),
      parameters: parameterList,
    }),
  ),
});

type Surface = z.infer<typeof surface>;
type List = z.infer<typeof parameterList>;
type Parameter = z.infer<typeof parameter> & { readonly name: string };

/**
 * Writes src/index.ts from src/surface.yaml. Dagger's TypeScript SDK reads the arguments of decorators as text, and
 * requires all functions in one class, so that the source itself cannot share anything.
 */
export function surfaceSource(): string {
  const text = readFileSync(new URL("../../src/surface.yaml", import.meta.url), "utf8");
  const read = surface.parse(parse(text));
  const imports = [...types, "argument", "check", "func", "object"].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );
  const methods = Object.entries(read.functions).map(([name, each]) => method(name, each, read));
  return [
    "// Made from surface.yaml by `npm run generate`: change it there.",
    `import { ${imports.join(", ")} } from "@dagger.io/dagger";`,
    'import * as functions from "#pipelines/functions/functions.ts";',
    "",
    "/**",
    " * Typed delivery pipelines for Python services on Kubernetes: the same on a laptop, in GitHub Actions and in Jenkins.",
    " * `ci` runs everything and returns the verdict; `reports` returns what every tool wrote, passed or failed.",
    " */",
    "@object()",
    "export class Slipway {",
    methods.join("\n\n"),
    "}",
    "",
  ].join("\n");
}

function method(name: string, { call, ...one }: Surface["functions"][string], read: Surface): string {
  const parameters = resolved(one.parameters, read);
  const details = one.details.map((text) =>
    text.replace(/\$([\w-]+)/g, (all, word: string) => read.sentences[word] ?? all),
  );
  return [
    "  /**",
    ...wrapped(one.summary, "   * "),
    ...details.flatMap((text) => ["   *", ...wrapped(text, "   * ")]),
    "   *",
    ...parameters.flatMap((each) => wrapped(`@param ${each.name} ${each.text}`, "   * ", "   *   ")),
    "   */",
    `  @func({ cache: "${call.cache}" })`,
    ...(call.check ? ["  @check()"] : []),
    `  async ${name}(`,
    ...parameters.map((each) => `    ${declaration(each)},`),
    `  ): Promise<${call.returns}> {`,
    `    return functions.${name}(${request(parameters)});`,
    "  }",
  ].join("\n");
}

/** Returns every parameter of a list in full. */
function resolved(list: List, read: Surface): readonly Parameter[] {
  return list.flatMap((entry): readonly Parameter[] => {
    if (Array.isArray(entry)) {
      return entry.flatMap((word) =>
        word.startsWith("$") ? resolved(groupOf(word.slice(1), read), read) : [known(word, read)],
      );
    }
    return Object.entries(entry).map(([name, own]) =>
      typeof own === "string" ? { ...known(name, read), text: own } : { ...own, name },
    );
  });
}

function groupOf(name: string, { groups }: Surface): List {
  const group = groups[name];
  if (group === undefined) throw new Error(`surface.yaml has no group ${name}`);
  return group;
}

function known(name: string, { parameters }: Surface): Parameter {
  const found = parameters[name];
  if (found === undefined) throw new Error(`surface.yaml has no parameter ${name}`);
  return { ...found, name };
}

function wrapped(text: string, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const longer = line.endsWith(" ") ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = `${next}${word}`;
    }
  }
  return [...lines, line];
}

function declaration({ name, type: written, default: usual }: Parameter): string {
  if (name === "source") {
    return `@argument({ defaultPath: "/", ignore: ${JSON.stringify(ignored)} })\n    source: Directory`;
  }
  const type = written.replace("!", "");
  if (written.endsWith("!")) return `${name}: ${type}`;
  if (usual !== undefined || type.endsWith("[]")) return `${name}: ${type} = ${JSON.stringify(usual ?? [])}`;
  return `${name}?: ${type}`;
}

interface Tree {
  [key: string]: string | Tree;
}

/** Writes the request object, with each parameter at its place. */
function request(parameters: readonly Parameter[]): string {
  const tree: Tree = {};
  for (const { name, to = name } of parameters) {
    const steps = to.split(".");
    let at = tree;
    for (const step of steps.slice(0, -1)) {
      const below = at[step];
      const next: Tree = typeof below === "object" ? below : {};
      at[step] = next;
      at = next;
    }
    at[steps.at(-1) ?? name] = name;
  }
  return literal(tree);
}

function literal(tree: Tree): string {
  const entries = Object.entries(tree).map(([key, value]) => {
    const text = typeof value === "string" ? value : literal(value);
    return key === text ? key : `${key}: ${text}`;
  });
  return `{ ${entries.join(", ")} }`;
}
