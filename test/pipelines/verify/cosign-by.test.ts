import { expect, test } from "vitest";
import { Cosign } from "#modules/cosign/src/index.ts";
import type { Signer } from "#pipelines/verify/policy.ts";
import { cosignBy } from "#pipelines/verify/verify.ts";

const key: Signer = { kind: "key", name: "cosign.pub", publicKey: "" };
const issuer = "https://issuer.example.com";
const identity: Signer = { kind: "identity", identity: "ada@example.com", issuer };
const pattern: Signer = { kind: "pattern", pattern: ".*@example\\.com", issuer };
const rekor = "https://rekor.sigstore.dev";

test("a key beside an identity is held to no log, an identity always", () => {
  const by = cosignBy(new Cosign(), false);
  expect(by(key)).toMatchObject({ rekor: "" });
  expect(by(identity)).toMatchObject({ rekor });
  expect(by(pattern)).toMatchObject({ rekor });
});

test("a key is held to the log where that is asked for", () => {
  expect(cosignBy(new Cosign(), true)(key)).toMatchObject({ rekor });
});
