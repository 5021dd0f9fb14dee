import { expect, test } from "vitest";
import { unpushed } from "#modules/gitops/src/failure.ts";
import { parseLocation } from "#modules/gitops/src/location.ts";

const location = parseLocation("https://git.example/fleet.git");
const said = (answer: "protected" | "refused", log: string) =>
  unpushed({ answer, log, branches: [] }, location, "main", 120).message;

test("a rule of the record's branch is told from one of the environments'", () => {
  const atomic = " ! [remote rejected] a -> main (atomic transaction failed)";
  const rule = "push declined due to repository rule violations";
  expect(said("protected", `${atomic}\n ! [remote rejected] b -> slipway/record (${rule})`)).toMatch(
    /^BRANCH_PROTECTED: branch "slipway\/record" of .* or set `record: false`/s,
  );
  const other = ` ! [remote rejected] a -> main (${rule})\n ! [remote rejected] b -> slipway/record (atomic push failure)`;
  expect(said("protected", other)).toMatch(/^BRANCH_PROTECTED: branch "main" of .* Open a pull request/s);
});

test("a server without atomic pushes is named with the way out", () => {
  expect(said("refused", "fatal: the receiving end does not support --atomic push")).toMatch(
    /^PUSH_REFUSED: .* cannot take a change and its entry .* or set `record: false`/s,
  );
});
