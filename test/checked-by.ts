import { dag } from "@dagger.io/dagger";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { LinterName, TypeCheckerName } from "#pipelines/tools/registry.ts";
import { session } from "./session.ts";

/**
 * Runs one tool, and no other, over a small service by the real pipeline on the real engine.
 *
 * @param tool the tool's name.
 * @param checks what it checks.
 * @returns a function from further files of the service to the check in one line: name, outcome, reasons.
 */
export function checkedBy(tool: LinterName | TypeCheckerName, checks: "code" | "types") {
  const [lint, types] = checks === "code" ? [`[${tool}]`, "false"] : ["false", `[${tool}]`];
  const config = `services: {app: {path: ., lint: ${lint}, types: ${types}}}\nfiles: false\n`;
  const files = { "slipway.yaml": config, "requirements.txt": "", "app.py": "" };
  return (more: Readonly<Record<string, string>>): Promise<string> =>
    session(async () => {
      const source = Object.entries({ ...files, ...more }).reduce(
        (folder, [path, text]) => folder.withNewFile(path, text),
        dag.directory(),
      );
      const { checks: all } = await checkKind("lint", { source });
      const check = all.find(({ subject }) => subject === tool);
      const reasons = check?.reasons.map(({ code, text }) => `${code ?? ""} ${text}`) ?? [];
      return `${check?.name} ${check?.outcome} ${reasons.join(" | ")}`;
    });
}
