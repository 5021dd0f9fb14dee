import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { diagnoseUnbuilt } from "#pipelines/doctor/unbuilt.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../plan/facts-of.ts";

const yaml = `services:
  a: { path: a }
  b: { path: b, image: { context: ../docker, dockerfile: b.Dockerfile } }
  off: { path: off, image: false }
  broken: { path: broken }
`;

test("each Dockerfile that no service is built from is advised of, and no other", async () => {
  const dockerfiles = [
    "a/Dockerfile",
    "docker/b.Dockerfile",
    "off/Dockerfile",
    "broken/Dockerfile",
    "a/tests/Dockerfile",
    "test/db/Dockerfile",
    "web/node_modules/x/Dockerfile",
    ".devcontainer/Dockerfile",
    "docker/Dockerfile.dockerignore",
    "Dockerfile",
    "a/Dockerfile.worker",
    "off/Dockerfile.two",
    "jobs/nightly.Dockerfile",
  ];
  const projects = { "a/setup.py": "", "b/setup.py": "", "off/setup.py": "", "broken/pyproject.toml": "[" };
  const facts = factsOf({
    ...projects,
    ...Object.fromEntries(dockerfiles.map((path) => [path, "FROM x\n"])),
  });
  const config = readConfig(yaml, "slipway.yaml");
  const diagnoses = await diagnoseUnbuilt({ facts, plan: await plan(facts, config) });
  expect(diagnoses.map(({ about }) => about).sort()).toEqual([
    "Dockerfile",
    "a/Dockerfile.worker",
    "jobs/nightly.Dockerfile",
    "off/Dockerfile.two",
  ]);
  for (const diagnosis of diagnoses) {
    expect(diagnosis).toMatchObject({
      grade: "advice",
      text: expect.stringMatching(/^no service builds it/),
      remedy: expect.stringContaining("services.NAME.image"),
    });
  }
});
