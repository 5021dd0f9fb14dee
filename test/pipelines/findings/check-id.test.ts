import { describe, expect, test } from "vitest";
import { catalog } from "#pipelines/checks/catalog.ts";
import { type CheckId, checkName, reportFiles, repositoryKinds } from "#pipelines/findings/check-id.ts";

test.each<[id: CheckId, name: string]>([
  [{ kind: "scan" }, "scan"],
  [{ kind: "files", subject: "hadolint" }, "files/hadolint"],
  [{ kind: "lint", service: "orders", subject: "ruff" }, "orders/ruff"],
  [{ kind: "lint", service: "orders" }, "orders/lint"],
  [{ kind: "lint", service: "files", subject: "ruff" }, "services/files/ruff"],
  [{ kind: "test", service: "services" }, "services/services/test"],
  [{ kind: "owners" }, "owners"],
])("%j is named %s", (id, name) => {
  expect(checkName(id)).toBe(name);
});

describe("a service that is named like a kind, or like a file of the reports,", () => {
  test.each([...repositoryKinds, ...reportFiles, "services"])(
    "%s shares no name with another check",
    (word) => {
      const subjects = ["hadolint", "ruff", "test", "index.html"];
      const own = subjects.map((subject) => checkName({ kind: "lint", service: word, subject }));
      const others = subjects.flatMap((subject) => [
        checkName({ kind: word, subject }),
        checkName({ kind: "lint", service: `services-${word}`, subject }),
      ]);
      expect(own.filter((name) => others.includes(name))).toEqual([]);
      expect(own.every((name) => name.startsWith("services/"))).toBe(true);
    },
  );
});

test("every entry of the catalog has its own id, and runs somewhere", () => {
  const ids = catalog.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain("history-secrets");
  expect(catalog.find(({ id }) => id === "history-secrets")?.functions).toEqual(["scan"]);
});
