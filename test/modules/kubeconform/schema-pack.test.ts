import { expect, test } from "vitest";
import { requirePacked, versionFolder } from "#modules/kubeconform/src/schema-pack.ts";

test("a version of Kubernetes has a folder", () => {
  expect(versionFolder("1.33")).toBe("v1.33.0");
});

test.each(["", "1", "1.33.0", "v1.33", "2.0", "1.33\n", "1.x", "../1.33", "master"])(
  "%j is no version of Kubernetes",
  (version) => {
    expect(() => versionFolder(version)).toThrow(/^ARGUMENT_INVALID: .* Set it to 1\.N/);
  },
);

test.each(["1.25", "1.33", "1.37"])("%s is packed", (version) => {
  expect(() => requirePacked(version)).not.toThrow();
});

test.each(["1.24", "1.38", "1.999"])("%s is not, and what to do is said", (version) => {
  expect(() => requirePacked(version)).toThrow(
    /^ARGUMENT_INVALID: .* Set one of 1\.25 to 1\.37, or pass --schemas/,
  );
});
