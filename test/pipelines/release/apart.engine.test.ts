import { createHash } from "node:crypto";
import type { Directory } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf } from "#pipelines/errors/errors.ts";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import { lean, openServers, type Servers, type World, world } from "./world.ts";

let servers: Servers;
beforeAll(async () => {
  servers = await openServers();
});
afterAll(() => servers?.close());

const builder = "https://git.example.com/shop/.github/workflows/release.yml@refs/heads/main";

/** Builds without a key and without a way into the GitOps repository. */
const built = (release: World["release"]) => release({ until: "publish", signer: {}, gitAccess: {} });

/** The code of the error that ends a release, and its text. */
const refusal = async (release: World["release"], more: Partial<ReleaseRequest>) => {
  try {
    const { record } = await release(more);
    return `${record.failure?.code}: ${record.failure?.text}`;
  } catch (error) {
    return `${codeOf(error)}: ${error instanceof Error ? error.message : error}`;
  }
};

/** The evidence with another text, and the digest that fits it. */
const rewritten = async (evidence: Directory, change: (text: string) => string) => {
  const text = change(await evidence.file("evidence.json").contents());
  const evidenceDigest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { evidence: evidence.withNewFile("evidence.json", text), evidenceDigest };
};

test("one call builds without a key, another signs what it built without building", async () => {
  const { crane, name } = servers;
  await world(servers, lean(servers), "", async ({ bare, release, verified }) => {
    const tip = bare.git("rev-parse", "main");
    const { record, reports } = await built(release);
    const { evidence: evidenceDigest = "" } = record;
    const [image] = record.images;
    expect(record).toMatchObject({ outcome: "published", verdict: "passed" });
    expect(record.public).toEqual([`${name}@${image?.digest}`]);
    await expect(crane("ls", name.replace("registry.test", "127.0.0.1"))).rejects.toThrow("NAME_UNKNOWN");
    expect(bare.git("rev-parse", "main")).toBe(tip);

    const evidence = reports.directory("evidence");
    const handed = { evidence, evidenceDigest, builder };

    const [predicate = ""] = await evidence.glob("predicates/*.json");
    const changed = evidence.withNewFile(predicate, "{}");
    expect(await refusal(release, { ...handed, evidence: changed })).toMatch(/^EVIDENCE_INVALID: .*differs/);
    const other = `sha256:${"0".repeat(64)}`;
    expect(await refusal(release, { ...handed, evidenceDigest: other })).toMatch(
      /^EVIDENCE_INVALID: .*has the digest/,
    );
    const lies: readonly (readonly [(text: string) => string, RegExp])[] = [
      [(text) => text.replace(/"commit": "\w+"/, `"commit": "${"1".repeat(40)}"`), /is of the commit 1/],
      [(text) => text.replaceAll(image?.digest ?? "", other), /the registry does not have it/],
      [(text) => text.replaceAll("team/app", "team/other"), /other images than those of slipway\.yaml/],
      [(text) => text.replace(/"service": "app"/, '"service": "else"'), /other images than those/],
      [(text) => text.replace(/"type": "tests"/, '"type": "sbom"'), /attestation sbom of .* must not have/],
      [
        (text) => text.replace(/\{[^{}]*"type": "tests"[^{}]*\}/, "").replace(/,(\s*)\]/, "$1]"),
        /lacks the att/,
      ],
      [(text) => text.replace('"version": 1', '"version": 1, "more": true'), /^REPORT_MALFORMED/],
      [(text) => text.replace(/"slipway": "[^"]*"/, '"slipway": "9.9.9"'), /by Slipway 9\.9\.9/],
    ];
    for (const [lie, reason] of lies) {
      expect(await refusal(release, { ...handed, ...(await rewritten(evidence, lie)) })).toMatch(reason);
    }
    expect(bare.git("rev-parse", "main")).toBe(tip);

    const { record: signed } = await release(handed);
    expect(signed.failure).toBeUndefined();
    expect(signed).toMatchObject({ outcome: "released", evidence: evidenceDigest });
    expect(signed.images[0]?.digest).toBe(image?.digest);
    expect(bare.git("show", "main:staging/kustomization.yaml")).toContain(image?.digest);
    const verdict = await verified(`${name}@${image?.digest}`);
    expect(verdict.checks.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(verdict.outcome).toBe("passed");
  });
});

test.each([
  [{ until: "sign" }, "--until=sign"],
  [{ evidenceDigest: `sha256:${"0".repeat(64)}` }, "need each other"],
])("a call with %o is refused before anything runs", async (wrong, reason) => {
  await world(servers, lean(servers), "", async ({ release }) => {
    expect(await refusal(release, wrong)).toMatch(new RegExp(`^ARGUMENT_INVALID: .*${reason}`));
  });
});
