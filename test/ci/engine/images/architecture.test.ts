import { expect, test } from "vitest";
import { architecture, foreignArchitectures } from "../../../../ci/engine/images/architecture.ts";

const other = architecture === "amd64" ? "arm64" : "amd64";

test.each([
  ["", []],
  [`linux/${architecture}`, []],
  [`linux/${other}`, [other]],
  ["linux/amd64, linux/arm64", [other]],
  [`linux/${other},linux/${other},`, [other]],
])("%j asks for images of other architectures: %j", (platforms, expected) => {
  expect(foreignArchitectures(platforms)).toEqual(expected);
});

test.each(["linux/riscv64", "arm64", "windows/amd64", "linux/arm64/v8", "linux/amd64;id"])(
  "%j is refused, with what there is",
  (platforms) => {
    expect(() => foreignArchitectures(platforms)).toThrow(
      /^PLATFORM_UNKNOWN: .*linux\/amd64 or linux\/arm64/,
    );
  },
);
