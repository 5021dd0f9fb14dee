import { expect, test } from "vitest";
import { readFacts } from "#pipelines/conclude/run-facts.ts";

test.each([
  ["https://user:password@example.com/a.git", "https://example.com/a.git"],
  ["https://user:pass@word@example.com/a.git", "https://example.com/a.git"],
  ["HTTPS://token@example.com:8443/a@b.git", "HTTPS://example.com:8443/a@b.git"],
  ["ssh://git@example.com/a.git", "ssh://example.com/a.git"],
  ["git@example.com:a.git", "git@example.com:a.git"],
])("the address %s is shown without a login", (remote, repository) => {
  expect(readFacts(`head 0a1b\nbranch main\nremote ${remote}\n`)).toEqual({
    repository,
    commit: "0a1b",
    branch: "main",
  });
});
