import { describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { withoutReports } from "#pipelines/source/own-reports.ts";
import { folderOf } from "../../../fixtures/folder.ts";
import { repository } from "../../../fixtures/repository.ts";
import { session } from "../../../session.ts";

const files = {
  "slipway.yaml": "services: {app: {path: app}}\nfiles: false\nmanifests: false\ninfrastructure: false\n",
  "app/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
};
const hidden = {
  "app/.venv/lib/token.py": "TOKEN = 1\n",
  "app/.venv/pyvenv.cfg": "home = /\n",
  "node_modules/a/index.js": "",
  "app/.ruff_cache/x": "",
  "reports/summary.json": '{"version": 1, "outcome": "passed", "checks": [], "notes": []}',
};
const left = ["app/.venv", "node_modules", "app/.ruff_cache"];

/** What a call gets of such a repository: the folders that the command line leaves out are not there. */
async function found(all: Readonly<Record<string, string>>, hasGit = true, isWhole = false) {
  return session(async () => {
    const { source, history } = repository(folderOf(all));
    const given = left.reduce((folder, path) => folder.withoutDirectory(path), source);
    const uploaded = isWhole ? source : (await withoutReports(given)).withoutDirectory("reports");
    const git = hasGit ? { git: history } : {};
    const { checks } = await checkKind("manifests", { source: uploaded, ...git });
    const check = checks.find(({ name }) => name === "source");
    return {
      outcome: check?.outcome,
      findings: check?.evidence.findings
        .map(({ rule, path, message }) => `${rule} ${path}: ${message}`)
        .sort(),
    };
  });
}

describe("files that git tracks", () => {
  test("and that no check reads are findings", async () => {
    expect(await found({ ...files, ...hidden })).toEqual({
      outcome: "failed",
      findings: [
        "unchecked-files app/.ruff_cache: git tracks 1 file there, and no check reads them",
        "unchecked-files app/.venv: git tracks 2 files there, and no check reads them",
        "unchecked-files node_modules: git tracks 1 file there, and no check reads them",
        "unchecked-files reports: git tracks 1 file there, and no check reads them",
      ],
    });
  });

  test("are none where the checks read them, or nothing is known of git", async () => {
    expect(await found({ ...files, ...hidden }, true, true)).toEqual({ outcome: "passed", findings: [] });
    expect(await found({ ...files, ...hidden }, false)).toEqual({ outcome: "passed", findings: [] });
    expect(await found(files)).toEqual({ outcome: "passed", findings: [] });
  });
});
