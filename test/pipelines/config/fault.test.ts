import { expect, test } from "vitest";
import { type ConfigPlace, checkConfig, readConfig } from "#pipelines/config/read.ts";
import { computingOf } from "../../computing.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";

/** The code, and each fault as `LINE:COLUMN PATH`, in order. */
function faultsOf(text: string, place?: ConfigPlace): readonly [code: string, ...faults: string[]] {
  const reading = checkConfig(text, place);
  if ("config" in reading) return ["none"];
  return [
    reading.code,
    ...reading.faults.map(({ line, column, path }) => `${line}:${column} ${path}`.trim()),
  ];
}

const inService = (yaml: string) => `services:\n  a:\n    path: a\n    ${yaml}\n`;
const inTest = (yaml: string) => inService(`test:\n      ${yaml}`);
const inWaiver = (yaml: string, reason: string, expires: string) =>
  `waivers:\n  - ${yaml}\n    reason: ${reason}\n    expires: ${expires}\n`;
const inImage = (yaml: string) => inService(`image:\n      ${yaml}`);

test.each<[what: string, yaml: string, ...faults: string[]]>([
  ["an unknown key", "gatez: {}", "1:1 gatez"],
  ["an unknown key deep down", inService("lnt: true"), "4:5 services.a.lnt"],
  ["two unknown keys of one map", "gates:\n  cov: 1\n  sev: 2", "2:3 gates.cov", "3:3 gates.sev"],
  ["a key in other dress", "gates:\n  ignore-unfixed: true", "2:3 gates.ignore-unfixed"],
  ["a version to come", "version: 2", "1:10 version"],
  ["a version as text", 'version: "1"', "1:10 version"],
  ["a list at the top", "- gates", "1:1"],
  ["a word at the top", "gates", "1:1"],
  ["an empty section", "gates:\n", "1:1 gates"],
  ["an empty section among others", "version: 1\nscan:\nbump: {}", "2:1 scan"],
  ["coverage above 100", "gates: {coverage: 100.1}", "1:19 gates.coverage"],
  ["coverage below 0", "gates: {coverage: -0.5}", "1:19 gates.coverage"],
  ["changed coverage above 100", "gates: {changedCoverage: 101}", "1:26 gates.changedCoverage"],
  ["changed coverage that is no number", "gates: {changedCoverage: .nan}", "1:26 gates.changedCoverage"],
  ["a drop below 0", "gates: {coverageDrop: -1}", "1:23 gates.coverageDrop"],
  ["no version", inService("python: []"), "4:13 services.a.python"],
  ["a version twice", inService('python: ["3.11", "3.11"]'), "4:13 services.a.python"],
  ["a version that there is not", inService('python: ["3.8"]'), "4:14 services.a.python[0]"],
  ["versions without quotes", inService("python: [3.11]"), "4:14 services.a.python[0]"],
  [
    "a command as text",
    inTest("containers: {a: {image: a, port: 1, args: serve}}"),
    "5:49 services.a.test.containers.a.args",
  ],
  ["no shard", inTest("shards: 0"), "5:15 services.a.test.shards"],
  ["half a shard", inTest("shards: 1.5"), "5:15 services.a.test.shards"],
  ["too many shards", inTest("shards: 65"), "5:15 services.a.test.shards"],
  ["shards as a word", inTest("shards: auto"), "5:15 services.a.test.shards"],
  ["coverage that is no number", "gates: {coverage: .nan}", "1:19 gates.coverage"],
  ["coverage without end", "gates: {coverage: .inf}", "1:19 gates.coverage"],
  ["coverage as text", 'gates: {coverage: "80"}', "1:19 gates.coverage"],
  ["coverage with a percent sign", "gates: {coverage: 80%}", "1:19 gates.coverage"],
  ["a severity in lower case", "gates: {severity: [HIGH, low]}", "1:26 gates.severity[1]"],
  ["severities without a list", "gates: {severity: HIGH}", "1:19 gates.severity"],
  ["a version of Kubernetes without quotes", "manifests: {kubernetes: 1.33}", "1:25 manifests.kubernetes"],
  ["a patch version", 'manifests: {kubernetes: "1.33.1"}', "1:25 manifests.kubernetes"],
  ["manifests as a word", "manifests: yes", "1:12 manifests"],
  ["a kind with a comma", 'manifests: {skipKinds: ["A,B"]}', "1:25 manifests.skipKinds[0]"],
  ["a chart without path", "manifests: {charts: [{values: [a.yaml]}]}", "1:22 manifests.charts[0].path"],
  ["values without a list", "manifests: {charts: [{path: a, values: a}]}", "1:40 manifests.charts[0].values"],
  ["no values", "manifests: {charts: [{path: a, values: [[]]}]}", "1:41 manifests.charts[0].values[0]"],
  [
    "values that climb",
    "manifests: {charts: [{path: a, values: [../a]}]}",
    "1:41 manifests.charts[0].values[0]",
  ],
  [
    "an API with a comma",
    'manifests: {charts: [{path: a, apiVersions: ["a,b"]}]}',
    "1:46 manifests.charts[0].apiVersions[0]",
  ],
  ["a plan by a word", "infrastructure: {plan: always}", "1:24 infrastructure.plan"],
  ["infrastructure as a word", "infrastructure: yes", "1:17 infrastructure"],
  ["all of the infrastructure skipped", "infrastructure: {skip: [.]}", "1:25 infrastructure.skip[0]"],
  ["no folder of policies", "manifests: {policies: []}", "1:23 manifests.policies"],
  ["a truth as a word", "gates: {ignoreUnfixed: yes}", "1:24 gates.ignoreUnfixed"],
  ["a duration without unit", "reuse: 60", "1:8 reuse"],
  ["a duration of two units", "reuse: 1h30m", "1:8 reuse"],
  ["a duration of years", "reuse: 99999d", "1:8 reuse"],
  ["a service without path", "services:\n  a: {lint: auto}", "2:3 services.a.path"],
  ["a service that is nothing", "services:\n  a:\n", "2:3 services.a"],
  ["a service's name with a space", "services:\n  a b: {path: a}", "2:3 services['a b']"],
  ["a service's name in capitals", "services:\n  Orders: {path: a}", "2:3 services.Orders"],
  ["a service named like a prototype", "services:\n  __proto__: {path: a}", "2:3 services.__proto__"],
  ["a path from the root", "services: {a: {path: /etc}}", "1:22 services.a.path"],
  ["a path that climbs", "services: {a: {path: a/../../b}}", "1:22 services.a.path"],
  ["an empty path", 'services: {a: {path: ""}}', "1:22 services.a.path"],
  ["a path with NUL", 'services: {a: {path: "a\\0b"}}', "1:22 services.a.path"],
  ["Python 3.10 as a number", inService("python: 3.10"), "4:13 services.a.python"],
  ["an old Python", inService('python: "2.7"'), "4:13 services.a.python"],
  ["a linter that there is not", inService("lint: [ruff, jslint]"), "4:18 services.a.lint[1]"],
  ["a linter without a list", inService("lint: ruff"), "4:11 services.a.lint"],
  ["types that may be", inService("types: perhaps"), "4:12 services.a.types"],
  ["tests switched on by true", inService("test: true"), "4:11 services.a.test"],
  ["a negative timeout", inTest("timeout: -5m"), "5:16 services.a.test.timeout"],
  ["no time at all", inTest("timeout: 0s"), "5:16 services.a.test.timeout"],
  ["a timeout of days", inTest("timeout: 2d"), "5:16 services.a.test.timeout"],
  ["arguments in one line", inTest("args: -m slow"), "5:13 services.a.test.args"],
  ["a number among arguments", inTest("args: [-n, 4]"), "5:18 services.a.test.args[1]"],
  ["an argument with NUL", inTest('args: ["\\0"]'), "5:14 services.a.test.args[0]"],
  ["no suite", inTest("suites: {}"), "5:15 services.a.test.suites"],
  ["suites in a suite", inTest("suites: {u: {suites: {}}}"), "5:20 services.a.test.suites.u.suites"],
  ["a suite's name in capitals", inTest("suites: {Unit: {}}"), "5:16 services.a.test.suites.Unit"],
  [
    "a suite's path that climbs",
    inTest("suites: {u: {paths: [/x]}}"),
    "5:28 services.a.test.suites.u.paths[0]",
  ],
  ["no path", inTest("paths: []"), "5:14 services.a.test.paths"],
  ["markers that are an option", inTest("markers: --pdb"), "5:16 services.a.test.markers"],
  ["no marker", inTest('markers: ""'), "5:16 services.a.test.markers"],
  ["no process at all", inTest("parallel: 0"), "5:17 services.a.test.parallel"],
  ["parallel by a word", inTest("parallel: many"), "5:17 services.a.test.parallel"],
  ["fewer than no retries", inTest("retries: -1"), "5:16 services.a.test.retries"],
  ["retries without end", inTest("retries: 1000"), "5:16 services.a.test.retries"],
  ["half a retry", inTest("retries: 0.5"), "5:16 services.a.test.retries"],
  ["no time for a test", inTest("testTimeout: 0s"), "5:20 services.a.test.testTimeout"],
  ["branches above 100", "gates: {branches: 100.5}", "1:19 gates.branches"],
  ["a total that is no number", "gates: {totalCoverage: .nan}", "1:24 gates.totalCoverage"],
  ["a variable with =", inTest("env: {A=B: c}"), "5:13 services.a.test.env['A=B']"],
  ["a variable that begins with a digit", inTest("env: {1A: c}"), "5:13 services.a.test.env.1A"],
  ["a variable of JavaScript's own", inTest("env: {__proto__: c}"), "5:13 services.a.test.env.__proto__"],
  ["a variable that is a number", inTest("env: {PORT: 5432}"), "5:19 services.a.test.env.PORT"],
  ["a variable that is nothing", inTest("env: {PORT: }"), "5:13 services.a.test.env.PORT"],
  [
    "a host with _",
    inTest("containers: {my_db: {image: a, port: 1}}"),
    "5:20 services.a.test.containers.my_db",
  ],
  [
    "localhost",
    inTest("containers: {localhost: {image: a, port: 1}}"),
    "5:20 services.a.test.containers.localhost",
  ],
  ["no port", inTest("containers: {db: {image: a}}"), "5:20 services.a.test.containers.db.port"],
  [
    "port and ports",
    inTest("containers: {db: {image: a, port: 1, ports: [2]}}"),
    "5:51 services.a.test.containers.db.ports",
  ],
  [
    "a path of readiness on another host",
    inTest("containers: {db: {image: a, port: 1, ready: 'http://x/'}}"),
    "5:51 services.a.test.containers.db.ready",
  ],
  [
    "a path of readiness with a line end",
    inTest('containers: {db: {image: a, port: 1, ready: "/a\\nb"}}'),
    "5:51 services.a.test.containers.db.ready",
  ],
  ["port 0", inTest("containers: {db: {image: a, port: 0}}"), "5:41 services.a.test.containers.db.port"],
  [
    "port 65536",
    inTest("containers: {db: {image: a, ports: [65536]}}"),
    "5:43 services.a.test.containers.db.ports[0]",
  ],
  [
    "half a port",
    inTest("containers: {db: {image: a, port: 1.5}}"),
    "5:41 services.a.test.containers.db.port",
  ],
  ["an image name that is a command", inImage("name: $(id)"), "5:13 services.a.image.name"],
  ["an image name that is a flag", inImage("name: -h"), "5:13 services.a.image.name"],
  ["an image name of 300 characters", inImage(`name: ${"a".repeat(300)}`), "5:13 services.a.image.name"],
  ["an image name in capitals", inImage("name: example.com/Shop"), "5:13 services.a.image.name"],
  ["an image name with a tag", inImage("name: shop:1"), "5:13 services.a.image.name"],
  [
    "a Dockerfile outside the context",
    inImage("dockerfile: ../Dockerfile"),
    "5:19 services.a.image.dockerfile",
  ],
  ["a context outside the source", inImage("context: ../.."), "5:16 services.a.image.context"],
  ["a build argument with a space", inImage("args: {A B: c}"), "5:14 services.a.image.args['A B']"],
  ["a platform of Windows", inImage("platform: windows/amd64"), "5:17 services.a.image.platform"],
  ["no database at all", "scan: {database: {repositories: []}}", "1:33 scan.database.repositories"],
  ["a database without tag", "scan: {database: {repositories: [a/b]}}", "1:34 scan.database.repositories[0]"],
  ["all of the source skipped", "scan: {skip: [./]}", "1:15 scan.skip[0]"],
  ["a tool without tag", "tools: {trivy: a/trivy}", "1:16 tools.trivy"],
  ["a tool with a short digest", "tools: {trivy: 'a/trivy@sha256:abc'}", "1:16 tools.trivy"],
  ["Python with a tag", "tools: {python: 'python:3'}", "1:17 tools.python"],
  ["a tool that there is not", "tools: {grype: 'a:1'}", "1:9 tools.grype"],
  ["a key twice in a list's map", "x: [{a: 1, a: 2}]", "1:1 x", "1:12 x[0].a"],
  ["a key twice", "gates: {}\nscan: {}\ngates: {coverage: 1}", "3:1 gates"],
  ["waivers that are a map", "waivers: {rule: F401}", "1:10 waivers"],
  ["a waiver that is a word", "waivers: [F401]", "1:11 waivers[0]"],
  [
    "a waiver with nothing but a rule",
    "waivers:\n  - rule: F401",
    "2:5 waivers[0].reason",
    "2:5 waivers[0].expires",
  ],
  ["a waiver without a rule", inWaiver("path: a", "x", "2027-01-31"), "2:5 waivers[0].rule"],
  ["a waiver without a reason", "waivers:\n  - {rule: a, expires: 2027-01-31}", "2:5 waivers[0].reason"],
  ["a waiver whose reason is blank", inWaiver("rule: a", "'  '", "2027-01-31"), "3:13 waivers[0].reason"],
  ["a waiver without end", "waivers:\n  - {rule: a, reason: x}", "2:5 waivers[0].expires"],
  ["a waiver until a word", inWaiver("rule: a", "x", "never"), "4:14 waivers[0].expires"],
  ["a waiver until the 30th of February", inWaiver("rule: a", "x", "2027-02-30"), "4:14 waivers[0].expires"],
  [
    "a waiver until the 29th in no leap year",
    inWaiver("rule: a", "x", "2027-02-29"),
    "4:14 waivers[0].expires",
  ],
  ["a waiver until month 13", inWaiver("rule: a", "x", "2027-13-01"), "4:14 waivers[0].expires"],
  [
    "a waiver until a day of another country",
    inWaiver("rule: a", "x", "31.01.2027"),
    "4:14 waivers[0].expires",
  ],
  ["a waiver until a year", inWaiver("rule: a", "x", "2027"), "4:14 waivers[0].expires"],
  ["a waiver until an hour", inWaiver("rule: a", "x", "2027-01-31T10:00:00Z"), "4:14 waivers[0].expires"],
  ["a waiver of every rule", inWaiver("rule: '*'", "x", "2027-01-31"), "2:11 waivers[0].rule"],
  [
    "a waiver of the whole source",
    inWaiver("rule: a\n    path: .", "x", "2027-01-31"),
    "3:11 waivers[0].path",
  ],
  ["a waiver that climbs", inWaiver("rule: a\n    path: ../b", "x", "2027-01-31"), "3:11 waivers[0].path"],
  [
    "a waiver for a version",
    inWaiver("rule: a\n    package: b 1.0", "x", "2027-01-31"),
    "3:14 waivers[0].package",
  ],
  [
    "an unknown key of a waiver",
    inWaiver("rule: a\n    until: b", "x", "2027-01-31"),
    "3:5 waivers[0].until",
  ],
  ["something beside root", "root: a\nversion: 1\ngates: {}", "3:1 gates"],
  ["a root that climbs", "root: ../a", "1:7 root"],
  ["Windows' line ends", "version: 1\r\ngates:\r\n  coverage: x\r\n", "3:13 gates.coverage"],
  ["a byte order mark", "\u{FEFF}version: 2", "1:10 version"],
])("%s is a fault of the schema, with its place", (_, yaml, ...faults) => {
  expect(faultsOf(yaml)).toEqual(["CONFIG_INVALID", ...faults]);
});

test.each<[what: string, yaml: string, place: string]>([
  ["a tab for indentation", "gates:\n\tcoverage: 1", "2:1"],
  ["a list that does not end", "gates: [", "1:9"],
  ["a second document", "version: 1\n---\nversion: 1", "2:1"],
  ["an unknown tag", "gates: !!python/object {}", "1:8"],
  ["an alias without anchor", "gates: *none", "1:8"],
  ["a key that is a list", "? [a]\n: b", "1:3"],
  ["a merge of what is no map", "<<: 5", "1:1"],
  ["an alias bomb", aliasBomb(9), "1:1"],
  ["more aliases than anyone needs", `a: &a x\nb: [${"*a, ".repeat(101)}]`, "2:405"],
  ["lists without end", "[".repeat(20_000), "1:65"],
  ["maps without end", "{a: ".repeat(20_000), "1:254"],
  ["lists in lists on one line", "- ".repeat(20_000), "1:129"],
  ["NUL", "version: 1\n\0", "2:1"],
  ["bytes that are not UTF-8", "version: 1 # gr\u{FFFD}n", "1:16"],
  ["more than 256 KiB", `# ${"x".repeat(256 * 1024)}`, "1:1"],
])("%s is not read at all", (_, yaml, place) => {
  expect(faultsOf(yaml)).toEqual(["CONFIG_UNREADABLE", place]);
});

function aliasBomb(levels: number): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < levels; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  }
  return lines.join("\n");
}

test("three faults are three lines, each with its place", () => {
  const yaml = "version: 1\ngates:\n  coverage: 101\nservices:\n  a:\n    pth: a\n    path: a\nreuse: soon\n";
  expect(faultsOf(yaml)).toEqual([
    "CONFIG_INVALID",
    "3:13 gates.coverage",
    "6:5 services.a.pth",
    "8:8 reuse",
  ]);
});

test("a fault in an anchor is shown where it stands, once for each place that it reaches", () => {
  const yaml = "services:\n  a: &a {path: a, lint: 5}\n  b: *a\n  c: {<<: *a, path: 7}\n";
  expect(faultsOf(yaml)).toEqual([
    "CONFIG_INVALID",
    "2:25 services.a.lint",
    "2:25 services.b.lint",
    "2:25 services.c.lint",
    "4:21 services.c.path",
  ]);
});

test("root in the file that root leads to is a fault", () => {
  expect(faultsOf("root: deeper", "root")).toEqual(["CONFIG_INVALID", "1:1 root"]);
});

test.each([
  ["gatez", "gates"],
  ["covrage", undefined],
  ["service", "services"],
  ["re-use", "reuse"],
  ["zebra", undefined],
])("of %s at the top %s is suggested", (key, suggestion) => {
  const reading = checkConfig(`${key}: {}`);
  const faults = "faults" in reading ? reading.faults : [];
  expect(faults.map((fault) => fault.suggestion)).toEqual([suggestion]);
});

test("no value of a variable, an argument or a build argument is repeated", () => {
  const yaml = inTest('env: {A: 123456789, "B C": hunter2}\n      args: [987654321]');
  expect(codeOfThrow(() => readConfig(yaml, "slipway.yaml"))).toBe("CONFIG_INVALID");
  expect(() => readConfig(yaml, "slipway.yaml")).not.toThrow(/123456789|987654321|hunter2/);
});

test("a hostile file's faults are counted, not all listed, and found in little time", async () => {
  const yaml = Array.from({ length: 20_000 }, (_, index) => `${index.toString(36)}:`).join("\n");
  const reading = checkConfig(yaml);
  expect("faults" in reading && reading.faults.length).toBe(500);
  const work = () => expect(() => readConfig(yaml, "slipway.yaml")).toThrow(/^(?:[^\n]*\n){51}[^\n]*$/);
  expect(await computingOf(work)).toBeLessThan(20);
});

test("control characters of the file do not reach the message", () => {
  const yaml = '"\\u001b[2J\\u202e": 1\nreuse: "\\a"\n';
  expect(() => readConfig(yaml, "a\u001b.yaml")).not.toThrow(/[^\P{C}\n]/u);
});
