import { expect, test } from "vitest";
import { platformName, readPlatforms } from "#pipelines/verify/platforms.ts";

test("an index has platforms, a single image and nothing have none", () => {
  const platform = (architecture: string, os = "linux", variant?: string) => ({
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
  });
  const manifests = [platform("amd64"), platform("arm64", "linux", "v8"), platform("unknown", "unknown"), {}];
  expect(readPlatforms(JSON.stringify({ manifests }))).toEqual(["linux/amd64", "linux/arm64"]);
  expect(readPlatforms('{"config": {}, "layers": []}')).toEqual([]);
  expect(readPlatforms("")).toEqual([]);
  expect(() => readPlatforms('{"manifests": [{"platform": {"os": 1}}]}')).toThrow(/^REPORT_/);
});

test("a variant is named where it tells platforms apart", () => {
  expect(platformName({ os: "linux", architecture: "arm", variant: "v7" })).toBe("linux/arm/v7");
  expect(platformName({})).toBe("");
});
