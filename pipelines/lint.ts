import { brokeDown } from "./breakdown.ts";
import { type Examined, examine, skipped } from "./examine.ts";
import type { PlannedService } from "./plan.ts";
import { readMypy } from "./readers/mypy.ts";
import { readRuffFormat } from "./readers/ruff-format.ts";
import { readSarif } from "./readers/sarif.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import { view } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** Checks a service's code with ruff's linter and formatter, and with mypy where the service is typed. */
export function lint(workspace: Workspace, service: PlannedService): readonly Promise<Examined>[] {
  const python = workspace.python(service);
  const place = { root: "/src", folder: service.path };
  const { gates } = workspace;
  const checks: Promise<Examined>[] = [];
  if (!service.lint) {
    checks.push(Promise.resolve(skipped(`${service.name}/lint`, "switched off in slipway.yaml")));
  } else {
    checks.push(
      workspace.run(() =>
        examine({ name: `${service.name}/lint`, gates }, async () => {
          const ran = python.lint(await view(workspace.source, service, "code"), service.path);
          return {
            reports: ran.directory(reportsFolder),
            read: async () => ({
              findings: readSarif(await readReport(ran, "ruff.sarif"), "ruff.sarif", {
                tool: "ruff",
                kind: "lint",
                place,
              }),
            }),
          };
        }),
      ),
      workspace.run(() =>
        examine({ name: `${service.name}/format`, gates }, async () => {
          const ran = python.format(await view(workspace.source, service, "code"), service.path);
          const exitCode = await ran.exitCode();
          if (exitCode > 1) throw brokeDown("ruff format", exitCode, await ran.stderr());
          return {
            reports: ran.directory(reportsFolder),
            read: async () => ({
              findings: readRuffFormat(
                await readReport(ran, "ruff-format.sarif"),
                "ruff-format.sarif",
                place,
              ),
            }),
          };
        }),
      ),
    );
  }
  if (!service.types) {
    checks.push(
      Promise.resolve(skipped(`${service.name}/types`, "mypy is not configured here, or switched off")),
    );
  } else checks.push(workspace.run(() => types(workspace, service)));
  return checks;
}

function types(workspace: Workspace, service: PlannedService): Promise<Examined> {
  const place = { root: "/src", folder: service.path };
  return examine({ name: `${service.name}/types`, gates: workspace.gates }, async () => {
    const environment = await workspace.environment(service);
    const source = await view(workspace.source, service, "code");
    const ran = await workspace.python(service).types(source, environment, service.path);
    const exitCode = await ran.exitCode();
    const found = await ran.stdout();
    if (exitCode > 2 || (exitCode === 2 && !found.startsWith("{"))) {
      throw brokeDown("mypy", exitCode, `${found}\n${await ran.stderr()}`, 600);
    }
    return {
      reports: ran.directory(reportsFolder),
      read: async () => ({
        findings: readMypy(await readReport(ran, "mypy.jsonl"), "mypy.jsonl", { exitCode, place }),
      }),
    };
  });
}
