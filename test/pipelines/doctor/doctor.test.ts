import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { advice, type Diagnosis, ok, wrong } from "#pipelines/doctor/diagnosis.ts";
import { judgeEngine, leastEngine } from "#pipelines/doctor/engine.ts";
import { diagnoseRelease } from "#pipelines/doctor/release.ts";
import { doctorScreen, renderDiagnoses } from "#pipelines/doctor/screen.ts";
import { judgeSize } from "#pipelines/doctor/size.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../plan/facts-of.ts";

describe("doctor's screen", () => {
  const diagnoses = [
    ok("z", "well"),
    advice("b", "better", "Do it."),
    wrong("c", "bad", "Mend it."),
    ok("a", "well"),
  ];

  test("has the gravest first, then by subject, whatever the order they were found in", () => {
    const screen = renderDiagnoses(diagnoses);
    expect(renderDiagnoses([...diagnoses].reverse())).toBe(screen);
    expect(screen.split("\n").map((line) => line.slice(0, 12).trim())).toEqual([
      "✘ wrong  c",
      "→ M",
      "! advice b",
      "→ D",
      "✔ ok     a",
      "✔ ok     z",
    ]);
  });

  test("fails with SETUP_WRONG where something is wrong, and not for advice", () => {
    let thrown: unknown;
    try {
      doctorScreen(diagnoses);
    } catch (error) {
      thrown = error;
    }
    expect(codeOf(thrown)).toBe("SETUP_WRONG");
    expect(String(thrown)).toContain("Mend it.");
    expect(doctorScreen(diagnoses.filter(({ grade }) => grade !== "wrong"))).toContain("Do it.");
  });

  test("shows nothing of a name that moves a cursor, and stays one screen", () => {
    const many = Array.from(
      { length: 500 },
      (_, at): Diagnosis => advice(`x${at}`, "\u001b[2Jhidden\u202e", "Mend."),
    );
    const screen = renderDiagnoses(many);
    for (const hidden of ["\u001b", "\u202e"]) expect(screen).not.toContain(hidden);
    expect(screen.split("\n").length).toBeLessThan(100);
    expect(screen).toContain("and 460 more");
  });
});

test("the oldest engine is that of dagger.json", async () => {
  expect(JSON.parse(await readFile("dagger.json", "utf8")).engineVersion).toBe(leastEngine);
  expect(judgeEngine("v0.19.9").grade).toBe("wrong");
  expect(judgeEngine("v0.9.11-010101000000-dev").grade).toBe("wrong");
  expect(judgeEngine(leastEngine).grade).toBe("ok");
  expect(judgeEngine("v1.0.0-beta.1").grade).toBe("ok");
});

test("a source much larger than expected is named by its largest folder", () => {
  const files = Array.from({ length: 20_001 }, (_, at) => `${at % 3 === 0 ? "src" : "data"}/${at}`);
  expect(judgeSize(files)).toMatchObject({
    grade: "advice",
    text: expect.stringContaining("13334 of them in data"),
  });
  expect(judgeSize(files.slice(1)).grade).toBe("ok");
});

describe("release settings", () => {
  const files = { "setup.py": "", Dockerfile: "FROM a\n" };
  const diagnoses = async (yaml: string) => {
    const config = readConfig(`services: {a: {path: ., image: {name: a/b}}}\n${yaml}`, "slipway.yaml");
    return (await diagnoseRelease({ config, plan: await plan(factsOf(files), config) })).map(
      ({ grade, text }) => `${grade}: ${text}`,
    );
  };
  const gitops = "gitops: {repository: https://git.example.com/x, overlays: [a]";

  test.each<[string, string, readonly RegExp[]]>([
    ["nobody speaks of releases", "", []],
    ["all is said", `release: {${gitops}, author: A <a@example.com>}}`, [/^ok: .*--signing-key/]],
    [
      "keyless",
      `release: {sign: {keyless: {}}, ${gitops}, author: A <a@example.com>}}`,
      [/^ok: .*--identity-token/],
    ],
    ["nobody to answer for commits", `release: {${gitops}}}`, [/^advice: the author of commits/, /^ok/]],
    [
      "nothing signed or attested",
      "release: {sign: false, attest: []}",
      [/signed/, /attestations/, /GitOps/, /^ok/],
    ],
  ])("%s", async (_, yaml, expected) => {
    const lines = await diagnoses(yaml);
    expect(lines).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(lines[at]).toMatch(pattern);
  });

  test("without a named image there is nothing to release", async () => {
    const config = readConfig("release: {}", "slipway.yaml");
    const [first] = await diagnoseRelease({ config, plan: await plan(factsOf(files), config) });
    expect(first).toMatchObject({ grade: "wrong", remedy: expect.stringContaining("image.name") });
  });
});
