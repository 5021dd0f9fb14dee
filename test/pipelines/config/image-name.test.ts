import { expect, test } from "vitest";
import { imageNamePattern, imagePattern, pinnedImagePattern } from "#pipelines/config/image-name.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

test.each([
  "shop",
  "shop/orders",
  "registry.example.com/shop/orders",
  "localhost:5000/a",
  "a__b/c-d/e--f",
  "[::1]:5000/a",
  "EXAMPLE.com/a",
])("%s is a name", (name) => {
  expect(imageNamePattern.test(name)).toBe(true);
  expect(imagePattern.test(`${name}:1.2_3-x@${digest}`)).toBe(true);
  expect(pinnedImagePattern.test(name)).toBe(false);
  expect(pinnedImagePattern.test(`${name}@${digest}`)).toBe(true);
  expect(pinnedImagePattern.test(`${name}:1`)).toBe(true);
});

test.each([
  "",
  "-h",
  "--help",
  "$(id)",
  "a b",
  "Shop",
  "a/Shop",
  "a//b",
  "/a",
  "a/",
  "a___b",
  "a..b",
  "_a",
  "a\n",
  "http://a/b",
  "ä",
  "-a.com/b",
])("%j is no name", (name) => {
  expect(imageNamePattern.test(name)).toBe(false);
  expect(imagePattern.test(name)).toBe(false);
  expect(imagePattern.test(`${name}:1`)).toBe(false);
});

test.each([
  "a:",
  "a:-1",
  `a:${"1".repeat(129)}`,
  "a@sha256:abc",
  `a@${digest}0`,
  `a@${digest.toUpperCase()}`,
  "a:1:2",
])("%s is no image", (image) => {
  expect(imagePattern.test(image)).toBe(false);
});
