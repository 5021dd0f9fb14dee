import { expect, test } from "vitest";
import { failureOf } from "#modules/argocd/src/failure.ts";
import { checkName, checkRevision, checkServer } from "#modules/argocd/src/names.ts";

const line = (message: string) => `time="2026-11-30T10:00:00Z" level=fatal msg="${message}"`;

test.each<[log: string, code: string | undefined]>([
  [line("rpc error: code = PermissionDenied desc = permission denied"), "APPLICATION_DENIED"],
  [line("rpc error: code = Unauthenticated desc = invalid session: token is expired"), "APPLICATION_DENIED"],
  [line("rpc error: code = NotFound desc = application 'x' not found"), "APPLICATION_DENIED"],
  [
    line('rpc error: code = Unavailable desc = connection error: desc = \\"transport\\"'),
    "SERVER_UNREACHABLE",
  ],
  [
    line("Failed to establish connection to a:443: dial tcp: connect: connection refused"),
    "SERVER_UNREACHABLE",
  ],
  [
    '{"level":"fatal","msg":"tls: failed to verify certificate: x509: unknown authority"}',
    "SERVER_UNREACHABLE",
  ],
  [line("rpc error: code = FailedPrecondition desc = another operation is already in progress"), undefined],
  [line('rpc error: code = NotFound desc = error getting resource: pods \\"a\\" not found'), undefined],
  ["", undefined],
])("the log %j means %s", (log, code) => {
  expect(failureOf(log)?.code).toBe(code);
});

test("a failure is told in the program's words, without the log's frame", () => {
  expect(failureOf(`warning\n${line("rpc error: code = NotFound desc = no app")}\n`)?.says).toBe(
    "rpc error: code = NotFound desc = no app",
  );
});

test.each(["", "-x", "A", "a/b/c", "a b", "../a", "a\n"])("%j is not the name of an Application", (name) => {
  expect(() => checkName(name)).toThrow("ARGUMENT_INVALID");
});

test.each(["", "https://a", "a:0", "a:70000", "a/b", "-a", "user@a", "a\n"])(
  "%j is not a server",
  (server) => {
    expect(() => checkServer(server)).toThrow("ARGUMENT_INVALID");
  },
);

test("names, servers and commits of the right form are taken", () => {
  expect(checkName("argocd/shop-eu")).toBe("argocd/shop-eu");
  expect(checkServer("argocd.example.com:8443")).toBe("argocd.example.com");
  expect(checkRevision("a".repeat(40))).toBe("a".repeat(40));
  expect(() => checkRevision("main")).toThrow("ARGUMENT_INVALID");
});
