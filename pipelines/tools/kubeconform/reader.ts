import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, contradictory, jsonReport } from "#pipelines/readers/report.ts";

const statuses = ["statusValid", "statusInvalid", "statusError", "statusSkipped", ""] as const;

const resource = z.object({
  filename: z.string(),
  kind: z.string(),
  name: z.string(),
  version: z.string(),
  // An empty document has no status at all.
  status: z.enum(statuses),
  msg: z.string(),
});

const count = z.int().min(0);

const report = z.object({
  resources: z.array(resource),
  summary: z.object({ valid: count, invalid: count, errors: count, skipped: count }),
});

type Resource = z.infer<typeof resource>;
type Report = z.infer<typeof report>;

/** One fault of an object, and its place. */
export interface ObjectFault {
  /** The path of the manifest, as kubeconform saw it. */
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  /** The place in the object, as a JSON pointer; absent if the fault is not at a place. */
  readonly at?: string;
  readonly finding: Finding;
}

/** The content of kubeconform's report. */
export interface KubeconformReport {
  readonly faults: readonly ObjectFault[];
  /** The number of objects that match the schema of their kind. */
  readonly valid: number;
  /** The number of objects of skipped kinds. */
  readonly skipped: number;
  /** The kinds of custom resources without a schema, as GROUP/VERSION/Kind, each once, with a file that has it. */
  readonly unknown: readonly { readonly version: string; readonly file: string }[];
}

/**
 * Reads kubeconform's JSON report, made with `-verbose -summary`. An object of a built-in kind without a schema is
 * a finding: that version of Kubernetes does not know the kind. The kind of a custom resource without a schema is
 * in `unknown`.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode the exit code of kubeconform.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when its counts or its exit code do not match.
 * @see https://github.com/yannh/kubeconform/blob/v0.8.0/pkg/output/json.go
 */
export function readKubeconform(text: string, file: string, exitCode: number): KubeconformReport {
  const { resources, summary } = jsonReport(text, file, report);
  checkCounts(resources, summary, file);
  agreeWithExit(summary.invalid + summary.errors, exitCode, file);
  const faulty = resources.filter(({ status }) => status === "statusInvalid" || status === "statusError");
  const unknown = faulty.filter(isUnknown);
  return {
    faults: faulty.filter((each) => !isUnknown(each)).flatMap(faultsOf),
    valid: summary.valid,
    skipped: summary.skipped,
    unknown: [...new Map(unknown.map((each) => [`${each.version}/${each.kind}`, each.filename]))]
      .map(([version, file]) => ({ version, file }))
      .sort((one, other) => (one.version < other.version ? -1 : 1)),
  };
}

/** The finding for a kind without a schema, if slipway.yaml makes such kinds fail. */
export function unknownKind(kind: string): Finding {
  return found("missing-schema", `${kind}: there is no schema of this kind`);
}

function checkCounts(resources: readonly Resource[], summary: Report["summary"], file: string): void {
  const counts = {
    statusValid: summary.valid,
    statusInvalid: summary.invalid,
    statusError: summary.errors,
    statusSkipped: summary.skipped,
  };
  for (const [status, expected] of Object.entries(counts)) {
    const actual = resources.filter((each) => each.status === status).length;
    if (actual === expected) continue;
    throw contradictory(
      file,
      `its summary counts ${expected} of ${status}, but it lists ${actual}`,
      "Read the tool's output. If the tool's version is not the pinned one, return to the pinned one.",
    );
  }
}

function isMissing({ status, msg }: Resource): boolean {
  return status === "statusError" && msg.startsWith("could not find schema for ");
}

function isUnknown(each: Resource): boolean {
  return isMissing(each) && !isBuiltIn(each.version);
}

function faultsOf(each: Resource): ObjectFault[] {
  const { kind, name, version, status, msg, filename: file } = each;
  const object = [kind, name].filter((part) => part !== "").join(" ") || "an object";
  const fault = (rule: string, message: string, at?: string): ObjectFault => ({
    file,
    kind,
    name,
    ...(at !== undefined && { at }),
    finding: found(rule, message),
  });
  if (isMissing(each)) {
    return [fault("missing-schema", `${object}: this version of Kubernetes has no ${kind} in ${version}`)];
  }
  if (status === "statusError") return [fault("unreadable", `${object}: ${msg}`)];
  const faults = faultsIn(msg);
  if (faults.length === 0) return [fault("invalid", `${object}: ${msg}`)];
  return faults.map(({ at, what }) => fault("invalid", `${object}${at === "" ? "" : ` ${at}`}: ${what}`, at));
}

/**
 * Splits the message of an invalid object: `… - at '/spec/replicas': got string, want null or integer - at …`. The
 * report's own list, `validationErrors`, has only the first level, where it says 'validation failed'.
 */
function faultsIn(msg: string): readonly { readonly at: string; readonly what: string }[] {
  const [, ...parts] = msg.split(/ +- at '/);
  return parts.flatMap((part) => {
    const end = part.indexOf("': ");
    const [at, what] = [part.slice(0, end), part.slice(end + 3)];
    return end < 0 || what === "validation failed" ? [] : [{ at, what }];
  });
}

function found(rule: string, message: string): Finding {
  return { tool: "kubeconform", kind: "manifest", rule, severity: "HIGH", message };
}

/** The groups of Kubernetes itself; the oldest kinds have none. Other tools have groups without a dot, too. */
const builtInGroups = new Set([
  "apps",
  "autoscaling",
  "batch",
  "extensions",
  "policy",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

function isBuiltIn(apiVersion: string): boolean {
  const [group = ""] = apiVersion.split("/");
  return !apiVersion.includes("/") || builtInGroups.has(group);
}
