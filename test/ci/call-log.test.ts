import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { keepLog } from "../../ci/call-log.ts";

const log = `1   : connect
3   : ┆ [0.0s] | 16:47:56 INF connected name=vm
1   : connect DONE [0.0s]

5   : load module: /repo
5   : load module: /repo DONE [1.6s]

12  : Slipway.lint(
12  : ┆ source: Address.directory(exclude: ["**/.git"])
12  : ): String!
30  : ┆ withExec ruff check
30  : ┆ [0.4s] | Found 79 errors.
12  : [11.7s] | app/black: passed after 0.8 s
30  : ┆ withExec ruff check DONE [0.5s]
1030: ┆ withExec ruff check DONE [0.5s]
12  : [13.0s] | app/ruff: failed after 1.2 s
12  : Slipway.lint ERROR [13.1s]


✘ app/ruff  failed  1.2 s  ruff: 79 lint findings
Error: VERDICT_FAILED: not every check passed
`;

test("of dagger's log, a person reads what Slipway says and the result; the file has it all", async () => {
  const read: string[] = [];
  const kept = keepLog(Readable.from([log.slice(0, 300), log.slice(300)]), (text) => read.push(text));
  await kept.done;
  expect(read.join("")).toBe(`module loaded after 1.6s
app/black: passed after 0.8 s
app/ruff: failed after 1.2 s
✘ app/ruff  failed  1.2 s  ruff: 79 lint findings
Error: VERDICT_FAILED: not every check passed
`);
  expect(await readFile(kept.file, "utf8")).toBe(log);
  await rm(dirname(kept.file), { recursive: true });
});
