import { z } from "zod";

import { container } from "./container.ts";
import { defaults } from "./defaults.ts";
import { argument, duration, environment, list, map, secretNames, section, text } from "./leaf.ts";
import { climbingPath } from "./relative-path.ts";

/** The host name of a container of tests. */
export const hostName = text(
  "a host name of lower-case letters, digits and -, beginning with a letter",
  /^(?!localhost$)[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  63,
);

const suiteName = text(
  "a name of lower-case letters and digits, with single . _ or - between them",
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  63,
);

const debianPackage = text(
  "the name of a Debian package, with =VERSION if you like",
  /^[a-z0-9][a-z0-9+.-]*(?:=[A-Za-z0-9][A-Za-z0-9.+~:-]*)?$/,
  128,
);

const command = text("a command for bash, without NUL", /^(?=[\s\S]*\S)[^\0]+$/, 65_536);

const processes = "true, false, auto, or a number of processes from 1 to 256";
const sharded = "a whole number from 1 to 64";
const retried = "a whole number from 0 to 10";

const keys = {
  paths: list(climbingPath, "a list of paths").min(1, "at least one path"),
  files: list(climbingPath, "a list of paths"),
  packages: list(debianPackage, "a list of Debian packages"),
  before: list(command, "a list of commands"),
  markers: text("an expression of pytest's markers on one line, as in not slow", /^(?=\S)(?!-)[^\0\r\n]+$/),
  args: list(argument, "a list of pytest's arguments"),
  timeout: duration("1s", "24h"),
  testTimeout: duration("1s", "24h"),
  env: environment,
  secrets: secretNames,
  containers: map(hostName, container, "a map of host names to containers"),
  readyTimeout: duration("1s", "1h"),
  parallel: z
    .union([z.boolean(), z.literal("auto"), z.int().min(1).max(256)], { error: processes })
    .transform((value) => (value === true ? "auto" : value === 1 ? false : value)),
  shards: z.int({ error: sharded }).min(1, sharded).max(64, sharded),
  retries: z.int({ error: retried }).min(0, retried).max(10, retried),
};

const meanings = {
  paths:
    "Files and folders with tests, relative to the service's path; they may lie outside of it, as ../../tests/orders. Default: those that pytest finds by its configuration; for a service without tests, those of a folder tests beside or above it, such as tests/orders.",
  files:
    "Files and folders outside of the service's path that its tests or types read, relative to it, as ../../openapi.yaml. Default: those of pytest's `pythonpath`, and `.env` above it.",
  packages:
    "Debian packages that the service's tests and the installation of its dependencies need, as libmagic1, gettext or git.",
  before:
    "Commands that bash runs before pytest, in the service's folder, with the tests' variables, secrets and containers, as alembic upgrade head. One that fails makes the check an error.",
  markers: "Which tests run, as an expression for pytest -m; default: all.",
  args: "Arguments for pytest, one per item; no shell reads them.",
  timeout: "How long all tests together may take before they are stopped.",
  testTimeout: "How long a single test may take before it fails (pytest-timeout); default: no limit.",
  env: "Environment variables for the tests. No secrets: this file is in git.",
  secrets:
    "The names of the call's secrets that the tests get as environment variables; default: none. All code that the tests run can read them.",
  containers: "Containers that the tests need, started fresh; each key is the container's host name.",
  readyTimeout: "How long the containers may take to become ready.",
  parallel:
    "How many processes share the tests (pytest-xdist), at most one per core; true and auto: one per core.",
  shards:
    "How many containers share the tests (pytest-split), balanced by the service's file .test_durations if it exists. Each shard has its own service containers; the processes of all shards share the cores.",
  retries:
    "How often a failed test runs again (pytest-rerunfailures). A test that passes then is reported as flaky.",
};

const suite = section({
  paths: keys.paths.optional().describe(meanings.paths),
  markers: keys.markers.optional().describe(meanings.markers),
  args: keys.args.optional().describe(meanings.args),
  timeout: keys.timeout.optional().describe(meanings.timeout),
  testTimeout: keys.testTimeout.optional().describe(meanings.testTimeout),
  before: keys.before.optional().describe(meanings.before),
  env: keys.env.optional().describe(meanings.env),
  secrets: keys.secrets.optional().describe(meanings.secrets),
  containers: keys.containers.optional().describe(meanings.containers),
  readyTimeout: keys.readyTimeout.optional().describe(meanings.readyTimeout),
  parallel: keys.parallel.optional().describe(meanings.parallel),
  shards: keys.shards.optional().describe(meanings.shards),
  retries: keys.retries.optional().describe(meanings.retries),
});

/** The settings for a service's tests: as one run, or in suites. */
export const test = section({
  paths: keys.paths.optional().describe(meanings.paths),
  markers: keys.markers.optional().describe(meanings.markers),
  files: keys.files.prefault([]).describe(meanings.files),
  packages: keys.packages.prefault([]).describe(meanings.packages),
  before: keys.before.prefault([]).describe(meanings.before),
  args: keys.args.prefault([]).describe(meanings.args),
  timeout: keys.timeout.prefault(defaults.testTimeout).describe(meanings.timeout),
  testTimeout: keys.testTimeout.optional().describe(meanings.testTimeout),
  env: keys.env.prefault({}).describe(meanings.env),
  secrets: keys.secrets.prefault([]).describe(meanings.secrets),
  containers: keys.containers.prefault({}).describe(meanings.containers),
  readyTimeout: keys.readyTimeout.prefault(defaults.readyTimeout).describe(meanings.readyTimeout),
  parallel: keys.parallel.prefault(defaults.parallel).describe(meanings.parallel),
  shards: keys.shards.prefault(defaults.shards).describe(meanings.shards),
  retries: keys.retries.prefault(defaults.retries).describe(meanings.retries),
  suites: map(suiteName, suite, "a map of names to suites")
    .refine((suites) => Object.keys(suites).length > 0, { error: "at least one suite" })
    .optional()
    .describe(
      "Suites by name: each runs and is reported separately, and their coverage is combined. If a suite has no value for a key, the value beside `suites` applies.",
    ),
});
