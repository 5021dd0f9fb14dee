import { expect, test } from "vitest";
import { atRegistry, inReplica } from "#pipelines/release/publish/image-names.ts";

test.each([
  ["registry.example.com/shop/orders", undefined, "registry.example.com/shop/orders"],
  ["registry.example.com/shop/orders", "127.0.0.1:5000", "127.0.0.1:5000/shop/orders"],
  ["localhost/orders", "a.example", "a.example/orders"],
  ["shop/orders", "a.example", "a.example/shop/orders"],
  ["orders", "a.example", "a.example/orders"],
])("%s at %s is %s", (name, registry, there) => {
  expect(atRegistry(name, registry)).toBe(there);
});

test("a replica has the image under its own last name", () => {
  expect(inReplica("registry.example.com/shop/orders", "replica.example.com/copies")).toBe(
    "replica.example.com/copies/orders",
  );
});
