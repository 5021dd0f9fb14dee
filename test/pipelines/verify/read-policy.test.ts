import { expect, test } from "vitest";
import { type PolicyArguments, policyOf } from "#pipelines/verify/read-policy.ts";

const asked: PolicyArguments = {
  keys: [],
  identities: ["https://github.com/acme/slipway/.github/workflows/release.yml@refs/heads/main"],
  issuer: "https://token.actions.githubusercontent.com",
  attestations: ["sbom"],
  maxAge: "7d",
  severities: [],
  ignoreUnfixed: false,
  except: [],
};

test("the repository that called a workflow is asked of every identity", async () => {
  const identities = [...asked.identities, "/.*/"];
  const { signers } = await policyOf({ ...asked, identities, workflowRepository: "acme/shop.web" });
  expect(signers.map((signer) => signer.kind !== "key" && signer.workflowRepository)).toEqual([
    "acme/shop.web",
    "acme/shop.web",
  ]);
});

test.each([
  ["nothing", "", asked.identities],
  ["an address", "https://github.com/acme/shop", asked.identities],
  ["an owner alone", "acme", asked.identities],
  ["two lines", "acme/shop\neve/shop", asked.identities],
  ["one, and no identity", "acme/shop", []],
])("a repository of a workflow that is %s is refused", async (_, workflowRepository, identities) => {
  await expect(policyOf({ ...asked, identities, workflowRepository })).rejects.toThrow(/^ARGUMENT_INVALID: /);
});
