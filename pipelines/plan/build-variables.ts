import { unquoted } from "#modules/image/src/instructions.ts";

/** The values of build arguments, by their names. */
export type Arguments = Readonly<Record<string, string>>;

/** The variables that are set at a place of a Dockerfile. */
export interface Scope {
  readonly values: Map<string, string>;
  /** Those that are set by an ENV, which an ARG does not replace. */
  readonly fixed: Set<string>;
}

/**
 * Reads the variables that an ARG sets. A build argument replaces its value.
 *
 * @param outer the variables before the first stage, of which an ARG without a value takes its own.
 */
export function setArguments(
  { values, fixed }: Scope,
  rest: string,
  args: Arguments,
  outer: Scope | undefined,
): void {
  for (const [name, value] of assignments(rest)) {
    const own = value === undefined ? outer?.values.get(name) : expanded(unquoted(value), values);
    if (fixed.has(name)) continue;
    const set = Object.hasOwn(args, name) ? args[name] : own;
    if (set === undefined) values.delete(name);
    else values.set(name, set);
  }
}

/** Reads the variables that an ENV sets: `ENV NAME=VALUE …`, or `ENV NAME VALUE`. */
export function setEnvironment({ values, fixed }: Scope, rest: string): void {
  const [, old, text = ""] = /^(\w+)\s+(.*)$/s.exec(rest) ?? [];
  const pairs = old === undefined ? assignments(rest) : [[old, text.trim()] as const];
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    values.set(name, expanded(unquoted(value), values));
    fixed.add(name);
  }
}

function assignments(rest: string): readonly (readonly [name: string, value: string | undefined])[] {
  const found = rest.matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g);
  return [...found].map(([, name = "", value]) => [name, value] as const);
}

/** Puts in the values of variables. A variable without a known value stays as it is. */
export function expanded(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^{}$]*))?\})/g,
    (whole, plain?: string, braced?: string, otherwise?: string) =>
      values.get(plain ?? braced ?? "") ?? otherwise ?? whole,
  );
}
