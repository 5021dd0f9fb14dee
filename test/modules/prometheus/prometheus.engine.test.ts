import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrometheusSettings, prometheusFrom } from "#modules/prometheus/src/from-settings.ts";
import { type PrometheusServer, startPrometheus } from "../../../ci/servers/prometheus.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";

let server: PrometheusServer;
let start: string;

beforeAll(async () => {
  server = await startPrometheus();
  start = new Date(Date.now() - 1000).toISOString();
  server.serve('error_ratio{pod="a"} 0.002\nload{pod="a"} 1\nload{pod="b"} 2\nnothing NaN\n');
  await server.knows("count_over_time(error_ratio[1m]) > 3");
});

afterAll(() => server?.close());

function prometheus(changes: Partial<PrometheusSettings> = {}) {
  return prometheusFrom({
    server: `https://${server.host}:${server.port}`,
    username: server.username,
    token: dag.setSecret("prometheus-password", server.password),
    ca: dag.directory().withNewFile("ca.pem", server.ca).file("ca.pem"),
    service: onHost(server.port),
    ...changes,
  });
}

/** A verdict on what was since the target is there, a value each second. */
async function verdict(query: string, { max = "", min = "", samples = 3 } = {}) {
  const end = new Date().toISOString();
  return JSON.parse(await prometheus().judge(query, start, end, max, min, samples, 1));
}

test("a query is answered at a moment and over a time", async () => {
  await session(async () => {
    const now = JSON.parse(await (await prometheus().query("sum(load)")).contents());
    expect(now.data).toMatchObject({ resultType: "vector", result: [{ value: [expect.anything(), "3"] }] });
    const before = await prometheus().query("sum(load)", "2020-01-01T00:00:00Z");
    expect(JSON.parse(await before.contents()).data.result).toEqual([]);
    const over = await prometheus().range("max(load)", start, new Date().toISOString(), 1);
    expect(JSON.parse(await over.contents()).data.resultType).toBe("matrix");
  });
});

test("a verdict passes on values alone", async () => {
  await session(async () => {
    expect(await verdict("error_ratio", { max: "0.01" })).toMatchObject({
      outcome: "passed",
      highest: 0.002,
    });
    expect(await verdict("error_ratio", { max: "1e-3" })).toMatchObject({
      outcome: "failed",
      why: "0.002 is more than 0.001",
    });
    expect(await verdict("sum(load)", { min: "3.5" })).toMatchObject({ outcome: "failed" });
    for (const query of ["unknown_total", "nothing", "load", "error_ratio > 1", "error_ratio / nothing"])
      expect(await verdict(query, { max: "9" }), query).toMatchObject({ outcome: "errored" });
    expect(await verdict("error_ratio", { max: "0.01", samples: 5000 })).toMatchObject({
      outcome: "errored",
    });
  });
});

test("what is wrong is told by a code, with what and remedy, and without the password", async () => {
  await session(async () => {
    const now = new Date().toISOString();
    await expect(prometheus().query("sum(")).rejects.toThrow(
      /^QUERY_INVALID: .*parse error.*Correct the query/s,
    );
    await expect(prometheus().range("up", "2020-01-01T00:00:00Z", now, 1)).rejects.toThrow(
      /^QUERY_INVALID: .*exceeded maximum resolution/s,
    );
    await expect(prometheus().query("@/etc/passwd")).rejects.toThrow(/^QUERY_INVALID: /);
    await expect(prometheus().range("up", now, start)).rejects.toThrow(/^ARGUMENT_INVALID: start: /);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await expect(prometheus().judge("up", start, tomorrow, "1")).rejects.toThrow(/^ARGUMENT_INVALID: end: /);
    await expect(prometheus().judge("up", start, now)).rejects.toThrow(
      /^ARGUMENT_INVALID: neither max nor min/,
    );
    const other = dag.setSecret("another-password", `${server.password}x`);
    const denied = prometheus({ token: other }).query("up");
    await expect(denied).rejects.toThrow(/^SERVER_DENIED: \S+ refuses the login: status 401/);
    await expect(denied).rejects.not.toThrow(server.password);
    const bearer = prometheusFrom({
      server: `https://${server.host}:${server.port}/`,
      token: dag.setSecret("no-token", "x"),
      ca: dag.directory().withNewFile("ca.pem", server.ca).file("ca.pem"),
      service: onHost(server.port),
    });
    await expect(bearer.query("up")).rejects.toThrow(/^SERVER_DENIED: /);
    await expect(
      prometheus({ server: `https://${server.host}:${server.port}/shop` }).query("up"),
    ).rejects.toThrow(/^TOOL_FAILED: .*status 404/);
    await expect(prometheus({ server: `http://${server.host}:${server.port}` }).query("up")).rejects.toThrow(
      /^QUERY_INVALID: |^TOOL_FAILED: |^SERVER_UNREACHABLE: /,
    );
  });
});

test("a certificate of nobody, and a server that is gone, are no answer", async () => {
  await session(async () => {
    const settings = {
      server: `https://${server.host}:${server.port}`,
      service: onHost(server.port),
      username: server.username,
      token: dag.setSecret("prometheus-password", server.password),
    };
    await expect(prometheusFrom(settings).query("up")).rejects.toThrow(/^SERVER_UNREACHABLE: .*certificate/s);
    const nowhere = prometheusFrom({ server: "https://prometheus.invalid" });
    await expect(nowhere.query("up")).rejects.toThrow(/^SERVER_UNREACHABLE: /);
  });
});
