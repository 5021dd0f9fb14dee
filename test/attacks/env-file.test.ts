import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { judgeEnvFile } from "#pipelines/doctor/env-file.ts";
import { argumentDefaults } from "#pipelines/source/env-file.ts";

/* The attacker writes the .env of the checkout, from which dagger takes defaults of arguments. */

test.each([
  "SLIPWAY_REPORTS_RUN=$TOKEN",
  "slipway_ci_baselineref=HEAD",
  "  SLIPWAY_CI_BASELINEREF=HEAD",
  "\u00a0SLIPWAY_CI_GIT=.git",
  "export SLIPWAY_CI_GIT=.git",
  "SLIPWAY_RELEASE_REPORTS_GIT_SIGNING_KEY='cmd://id'",
  "SLIPWAY_RELEASEREPORTS_GITSIGNINGKEY='cmd://id'",
  "SLIPWAY_RELEASE_GITSIGNINGKEY+=x",
  "SLIPWAY_CI_RUN[0]=x",
  "A=1\r\nSlipway_Scan_Today=2030-01-01\r\n",
])("%j sets an argument", (text) => {
  expect(argumentDefaults(text)).toHaveLength(1);
});

test("every function's arguments are looked for", async () => {
  const surface = parse(await readFile(new URL("../../src/surface.yaml", import.meta.url), "utf8"));
  const names = Object.keys(surface.functions);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter}`);
    expect(argumentDefaults(`SLIPWAY_${name}_X=1\nslipway_${snake}_x=1`)).toHaveLength(2);
  }
});

test.each([
  "SLIPWAY_FUNCTION=ci",
  "SLIPWAY_ENGINE_TIMEOUT=60",
  "SLIPWAY_REGISTRY_PASSWORD=x",
  "# SLIPWAY_CI_RUN=x",
  "MY_SLIPWAY_CI_RUN=x",
  "A=SLIPWAY_CI_RUN=x",
])("%j sets none", (text) => {
  expect(argumentDefaults(text)).toEqual([]);
});

test.each(["export FOO=bar", "GREETING=don't", "FOO = bar", 'A="open'])(
  "doctor names the line %j, with which every plain call fails",
  (line) => {
    const { grade, text } = judgeEnvFile(`# comment\n\nA=1\n${line}\n`);
    expect(grade).toBe("advice");
    expect(text).toMatch(/^line 4 /);
    expect(text).not.toContain("bar");
  },
);

test("doctor says of a plain .env that dagger reads it", () => {
  expect(judgeEnvFile("A=1\nB='x y'\nC=\"it's\"\n").text).toMatch(/^a plain dagger call/);
});
