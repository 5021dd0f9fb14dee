import { describe, expect, test } from "vitest";
import { orderUpdates, wantedImages } from "#pipelines/release/gitops/order.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const images = [{ name: "acme/orders", digest: digest("a"), tag: "1" }];
const wanted = wantedImages([{ kind: "kustomize", overlay: "staging" }], images);
const [{ place } = { place: "" }] = wanted;

const source = { commit: "1".repeat(40), time: new Date("2026-03-01T12:00:00Z") };
const earlier = (commit: string, time: string) => ({
  commit: "f".repeat(40),
  images: [{ name: "acme/orders", digest: digest("b") }],
  places: [place],
  source: { commit, time: new Date(time) },
});
const isSet = (...before: readonly ReturnType<typeof earlier>[]) =>
  orderUpdates(wanted, before, source).wanted.length === 1;

const other = "2".repeat(40);

describe("an image is set", () => {
  test("where nothing set it before, or an older source did", () => {
    expect(isSet()).toBe(true);
    expect(isSet(earlier(other, "2026-03-01T11:59:59Z"))).toBe(true);
  });

  test("where another source of the same second did: neither is newer", () => {
    expect(isSet(earlier(other, "2026-03-01T12:00:00Z"))).toBe(true);
  });

  test("where the same commit did, whatever time it had", () => {
    expect(isSet(earlier(source.commit, "2026-03-01T12:00:00Z"))).toBe(true);
    expect(isSet(earlier(source.commit, "2026-03-01T13:00:00Z"))).toBe(true);
  });
});

describe("an image is left", () => {
  test("where a newer source set it, and that is told", () => {
    const newer = earlier(other, "2026-03-01T12:00:01Z");
    const order = orderUpdates(wanted, [newer], source);
    expect(order.wanted).toEqual([]);
    expect(order.newer).toEqual([{ wanted: wanted[0], earlier: newer }]);
  });

  test("by the newest commit alone that set its place", () => {
    const old = earlier(other, "2026-02-01T00:00:00Z");
    const newer = earlier("3".repeat(40), "2026-04-01T00:00:00Z");
    expect(isSet(newer, old)).toBe(false);
    expect(isSet(old, newer)).toBe(true);
    expect(isSet({ ...newer, places: ["acme/orders production"] }, old)).toBe(true);
  });
});
