import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const modules = fileURLToPath(new URL("../../../ci/engine/go/", import.meta.url));

describe.each(readdirSync(modules))("the Go module %s", (name) => {
  test("pins what it is built from, with checksums", () => {
    expect(existsSync(`${modules}${name}/go.sum`)).toBe(true);
    expect(readFileSync(`${modules}${name}/go.mod`, "utf8")).toMatch(/^module slipway\/engine\//);
  });

  test("is used by ci/engine/go-tool.ts", () => {
    const source = readFileSync(new URL("../../../ci/engine/go-tool.ts", import.meta.url), "utf8");
    expect(source).toContain(`module: "${name}"`);
  });
});
