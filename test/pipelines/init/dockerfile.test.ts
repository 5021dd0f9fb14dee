import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type DockerfileFacts, dockerfileFacts } from "#pipelines/init/dockerfile.ts";

test("the example's user, port and health are read as its Dockerfile says them", async () => {
  const orders = await readFile("test/fixtures/shop/services/orders/Dockerfile", "utf8");
  const { health, ...rest } = dockerfileFacts(orders);
  expect(rest).toEqual({ user: "10001:10001", port: 8080, hasHealthcheck: true });
  expect(health).toMatchObject({ interval: 10, timeout: 3, start: 10, retries: 3 });
  expect(health?.command.slice(0, 2)).toEqual(["python", "-c"]);
});

const dockersOwn = { interval: 30, timeout: 30, start: 0, retries: 3 };

const cases: readonly [what: string, text: string, facts: DockerfileFacts][] = [
  ["nothing", "", { hasHealthcheck: false }],
  ["a stage before the last says nothing", "FROM a\nUSER 5\nFROM b\n", { hasHealthcheck: false }],
  [
    "a stage that is built on says what it says",
    "FROM a AS Base\nUSER 5\nEXPOSE 80/tcp 81\nFROM base\nUSER 6:7\n",
    { user: "6:7", port: 80, hasHealthcheck: false },
  ],
  ["the first port counts", "FROM a\nEXPOSE 8080\nEXPOSE 9090\n", { port: 8080, hasHealthcheck: false }],
  ["a port by a variable is none", "FROM a\nEXPOSE $PORT\n", { hasHealthcheck: false }],
  ["a port that there is not is none", "FROM a\nEXPOSE 70000\n", { hasHealthcheck: false }],
  ["a datagram's port is none", "FROM a\nEXPOSE 53/udp\n", { hasHealthcheck: false }],
  ["a command for a shell is no probe", "FROM a\nHEALTHCHECK CMD curl x\n", { hasHealthcheck: true }],
  ["NONE takes it away", 'FROM a\nHEALTHCHECK CMD ["x"]\nHEALTHCHECK NONE\n', { hasHealthcheck: false }],
  [
    "an instruction over several lines",
    'FROM a\nHEALTHCHECK --interval=1m \\\n  --timeout=1m30s CMD ["x", "a b"]\n',
    { hasHealthcheck: true, health: { command: ["x", "a b"], ...dockersOwn, interval: 60, timeout: 90 } },
  ],
  [
    "what HEALTHCHECK does not say is what Docker takes",
    'FROM a\nHEALTHCHECK CMD ["x"]\n',
    { hasHealthcheck: true, health: { command: ["x"], ...dockersOwn } },
  ],
  [
    "what is no duration, or 0, is not said; that of the start has a name alike",
    'FROM a\nHEALTHCHECK --start-interval=5s --interval=$I --timeout=0s --retries=0 CMD ["x"]\n',
    { hasHealthcheck: true, health: { command: ["x"], ...dockersOwn } },
  ],
  [
    "parts of a second are rounded up, and retries taken",
    'FROM a\nHEALTHCHECK --interval=1.5s --timeout=500ms --start-period=1h0.1s --retries=5 CMD ["x"]\n',
    { hasHealthcheck: true, health: { command: ["x"], interval: 2, timeout: 1, start: 3601, retries: 5 } },
  ],
  ["what a heredoc holds is no instruction", "FROM a\nRUN <<E\nUSER 5\nE\n", { hasHealthcheck: false }],
];
test.each(cases)("%s", (_, text, facts) => {
  expect(dockerfileFacts(text)).toEqual(facts);
});

test("of a named stage the facts are that stage's, whatever comes after it", () => {
  const text = "FROM a AS base\nEXPOSE 80\nFROM base AS Service\nUSER 5\nFROM base AS test\nUSER root\n";
  expect(dockerfileFacts(text, "service")).toEqual({ user: "5", port: 80, hasHealthcheck: false });
  expect(dockerfileFacts(text).user).toBe("root");
});
