import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Semgrep } from "#modules/semgrep/src/index.ts";
import { readSemgrep } from "#pipelines/tools/semgrep/reader.ts";
import { session } from "../../session.ts";

const semgrep = new Semgrep();
const rules = () => dag.host().directory("test/modules/semgrep/rules");
const code = (text: string) => dag.directory().withNewFile("src/a.py", text);

const searched = (text: string) =>
  session(async () => {
    const ran = await semgrep.scan(code(text), rules()).sync();
    return { exitCode: await ran.exitCode(), report: await ran.file("/reports/semgrep.json").contents() };
  });

test("code that no rule matches is clean", async () => {
  const { exitCode, report } = await searched("x = 1\n");
  expect(exitCode).toBe(0);
  expect(readSemgrep(report, "semgrep.json", { root: "/src" })).toEqual([]);
  expect(JSON.parse(report).paths.scanned).toEqual(["src/a.py"]);
});

test("code that a rule matches is found", async () => {
  const { exitCode, report } = await searched("x = eval(input())\n");
  expect(exitCode).toBe(0);
  expect(readSemgrep(report, "semgrep.json", { root: "/src" })).toEqual([
    expect.objectContaining({ rule: "no-eval", severity: "HIGH", path: "src/a.py", line: 1 }),
  ]);
});

test("a rule that is none is a breakdown", async () => {
  const broken = dag.directory().withNewFile("a.yaml", "rules: [{id: x}]\n");
  expect(await session(() => semgrep.scan(code("x = 1\n"), broken).exitCode())).toBe(7);
});

test("a version that is none is refused", async () => {
  await expect(
    session(() => semgrep.scan(code(""), rules(), "@ https://example.com/x").sync()),
  ).rejects.toThrow(/ARGUMENT_INVALID/);
});
