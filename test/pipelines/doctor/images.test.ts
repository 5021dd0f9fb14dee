import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { diagnoseImages } from "#pipelines/doctor/images.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { soon } from "../../fixtures/soon.ts";
import { factsOf } from "../plan/facts-of.ts";

/** What is said of a repository's images, a line each. */
async function diagnosesOf(
  files: Readonly<Record<string, string>>,
  yaml: string,
): Promise<readonly string[]> {
  const facts = factsOf({ "a/setup.py": "", ...files });
  const config = readConfig(yaml, "slipway.yaml");
  const diagnoses = await diagnoseImages({ facts, config, plan: await plan(facts, config) });
  return diagnoses.map(({ grade, about, text }) => `${grade} ${about}: ${text}`);
}

const healthy = 'HEALTHCHECK CMD ["x"]\n';
const services = "services: {a: {path: a, image: {name: r/a}}}\n";
const root = { "a/Dockerfile": `FROM x\n${healthy}` };

test("the stage that is built is looked at, and not the last one", async () => {
  const text = `FROM x AS service\nUSER 5\n${healthy}FROM x AS test\nUSER root\n`;
  const built = "services: {a: {path: a, image: {name: r/a, target: service}}}";
  expect(await diagnosesOf({ "a/Dockerfile": text }, built)).toEqual([]);
  const lines = await diagnosesOf({ "a/Dockerfile": text }, services);
  expect(lines[0]).toMatch(/^wrong a\/Dockerfile: the image runs as root/);
});

const waiver = (rule: string, more = "") =>
  `waivers: [{rule: ${rule}, reason: for now, expires: ${soon}${more}}]\n`;

test.each<[what: string, grade: string, files: Readonly<Record<string, string>>, yaml: string]>([
  ["nothing lets it pass", "wrong", {}, ""],
  ["a waiver of the rule", "advice", {}, waiver("DS002")],
  ["a waiver of the rule as later Trivys call it", "advice", {}, waiver("DS-0002", ", path: a")],
  ["a waiver of another rule", "wrong", {}, waiver("DS026")],
  ["a waiver elsewhere", "wrong", {}, waiver("DS002", ", path: b")],
  ["an expired waiver", "wrong", {}, waiver("DS002").replace(soon, "2020-01-31")],
  ["a .trivyignore", "advice", { ".trivyignore": "# why\nCVE-1\n  AVD-DS-0002 exp:2999-01-31 # x\n" }, ""],
  ["an entry of it that has expired", "wrong", { ".trivyignore": "DS002 exp:2020-01-31\n" }, ""],
  ["an entry of it in a comment", "wrong", { ".trivyignore": "# DS002\n" }, ""],
  ["a .trivyignore that is not at the top", "wrong", { "a/.trivyignore": "DS002\n" }, ""],
  ["a gate that lets HIGH pass", "advice", {}, "gates: {severity: [CRITICAL]}\n"],
])("an image that runs as root, and %s: %s", async (_, grade, files, yaml) => {
  const lines = await diagnosesOf({ ...root, ...files }, services + yaml);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^${grade} a/Dockerfile: .*as root`))]);
});
