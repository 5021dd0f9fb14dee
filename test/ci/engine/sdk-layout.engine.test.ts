import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { called, dagger, fixture, write } from "./sdk-module.ts";

describe("a module with source '.' whose src imports pipelines, which import a module of its own", () => {
  let root = "";

  beforeAll(async () => {
    root = await fixture("layout");
  });

  it("works", async () => {
    expect(await called(root, "ci", "--text", "hello")).toBe("said: v0.19.10 hello");
  });

  it("runs by Bun", async () => {
    expect(await called(root, "runtime")).toBe("bun 1.3.0");
  });

  it("lists its checks", async () => {
    expect((await dagger(root, "check", "-l")).stdout).toMatch(/^answers /m);
  });

  it("does not load anew for a file that its include list leaves out", async () => {
    const before = await called(root, "started");
    await write(root, { "notes.md": "unread\n" });
    expect(await called(root, "started")).toBe(before);
  });

  it("holds a module that can be called alone", async () => {
    expect(await called(join(root, "modules/tool"), "run", "--text", "alone")).toBe("v0.19.10 alone");
  });
});
