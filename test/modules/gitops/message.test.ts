import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commitMessage, placeOf, readEarlier } from "#modules/gitops/src/message.ts";
import { codeOf } from "../code-of.ts";

const digest = `sha256:${"a".repeat(64)}`;
const source = { commit: "c".repeat(40), time: new Date("2026-01-02T03:04:05Z") };
const trailers = { images: [{ name: "acme/orders", digest }], places: ["acme/orders k8s/a b"], source };
const own = [
  `Slipway-Image: acme/orders@${digest}`,
  "Slipway-Place: acme/orders k8s/a b",
  `Slipway-Source: ${source.commit}`,
  "Slipway-Source-Time: 2026-01-02T03:04:05.000Z",
];

/** What git itself takes for the trailers of a message. */
const parsed = (message: string): string[] =>
  execFileSync("git", ["interpret-trailers", "--parse", "--no-divider"], { input: message, encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");

describe("commitMessage", () => {
  test.each([
    "Set orders",
    "",
    "Subject\n\nSlipway-Source-Time: 2099-01-01T00:00:00Z",
    "Subject\n\nBody\n---\ndiff --git a b",
    "Subject\r\n\r\nSlipway-Image: evil@sha256:0\r\n\r\n\r\n",
    "# not a comment\n\u0000\u001b[31mred\u0007",
    "Roll back\n\n# ------------------------ >8 ------------------------",
    "Signed-off-by: someone",
    "x".repeat(10_000),
  ])("ends with trailers that nothing in the text can pass for: %j", (text) => {
    expect(parsed(commitMessage(text, trailers))).toEqual(own);
  });

  test("refuses what would not stand on one line", () => {
    const digests = { name: "orders\nSlipway-Source: x", digest };
    expect(codeOf(() => commitMessage("x", { ...trailers, images: [digests] }))).toBe("ARGUMENT_INVALID");
    expect(codeOf(() => commitMessage("x", { ...trailers, places: ["a\nb"] }))).toBe("ARGUMENT_INVALID");
    expect(codeOf(() => commitMessage("x", { ...trailers, source: { ...source, commit: "HEAD" } }))).toBe(
      "ARGUMENT_INVALID",
    );
    expect(codeOf(() => placeOf("orders", "a\rb"))).toBe("ARGUMENT_INVALID");
  });
});

describe("readEarlier", () => {
  const id = "d".repeat(40);

  test("reads what commitMessage wrote", () => {
    expect(readEarlier(`\u0001${id}\n${own.join("\n")}\n`)).toEqual([{ commit: id, ...trailers }]);
  });

  test.each([
    ["nothing", ""],
    ["text that is no record", "hello"],
    ["no time", `\u0001${id}\n${own.slice(0, 3).join("\n")}\n`],
    ["no time that is one", `\u0001${id}\n${own.slice(0, 3).join("\n")}\nSlipway-Source-Time: tomorrow\n`],
    ["a source that is no commit", `\u0001${id}\n${own.join("\n").replace(source.commit, "main")}\n`],
  ])("leaves out a commit with %s", (_, text) => {
    expect(readEarlier(text)).toEqual([]);
  });
});
