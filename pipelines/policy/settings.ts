import type {
  Config,
  Files,
  Gates,
  InfrastructureSettings,
  Licenses,
  Manifests,
  Scan,
  Tools,
} from "#pipelines/config/config.ts";
import { severities } from "#pipelines/findings/finding.ts";
import { hasFewerTools, strictestServices } from "./services.ts";
import {
  differs,
  hasLess,
  hasMore,
  isHigher,
  isLater,
  isLower,
  isOff,
  type Keep,
  keeper,
} from "./stricter.ts";
import type { Weakening } from "./weakening.ts";

/** The settings by which a change is judged. */
export interface Strictest {
  readonly config: Config;
  /** What the change would judge less strictly, and what the base's settings replace. */
  readonly weakenings: readonly Weakening[];
}

/**
 * Compares the settings of a change with those of its base. For each setting that decides what passes, the stricter
 * of both applies. Settings of what is built and tested are those of the change.
 *
 * @param base the settings on the base.
 * @param change the settings in the change.
 * @param file the file that has the settings of the change.
 */
export function strictest(base: Config, change: Config, file: string): Strictest {
  const weakenings: Weakening[] = [];
  const keep = keeper(weakenings, file);
  const config: Config = {
    ...change,
    gates: strictestGates(keep, base.gates, change.gates),
    waivers: keptWaivers(base.waivers, change.waivers, file, weakenings),
    services: strictestServices(keep, base.services, change.services),
    scan: strictestScan(keep, base.scan, change.scan),
    licenses: strictestLicenses(keep, base.licenses, change.licenses),
    manifests: unlessOff(keep, "manifests", base.manifests, change.manifests, strictestManifests),
    files: unlessOff(keep, "files", base.files, change.files, strictestFiles),
    infrastructure: unlessOff(
      keep,
      "infrastructure",
      base.infrastructure,
      change.infrastructure,
      strictestInfrastructure,
    ),
    tools: sameTools(keep, base.tools, change.tools),
  };
  return { config, weakenings };
}

function strictestGates(keep: Keep, base: Gates, change: Gates): Gates {
  const least = (key: "branches" | "totalCoverage" | "changedCoverage") =>
    keep(`gates.${key}`, base[key], change[key], isLower);
  return {
    // A service's own files may set it too: strictestCoverage compares what applies.
    coverage: change.coverage,
    branches: least("branches"),
    totalCoverage: least("totalCoverage"),
    changedCoverage: least("changedCoverage"),
    coverageDrop: keep("gates.coverageDrop", base.coverageDrop, change.coverageDrop, isHigher),
    severity: keep("gates.severity", base.severity, change.severity, blocksLess),
    ignoreUnfixed: keep(
      "gates.ignoreUnfixed",
      base.ignoreUnfixed,
      change.ignoreUnfixed,
      isLater([false, true]),
    ),
    waiverTerm: keep("gates.waiverTerm", base.waiverTerm, change.waiverTerm, isHigher),
  };
}

/** The programs that judge are the base's. */
function sameTools(keep: Keep, base: Tools, change: Tools): Tools {
  const [before, after]: Readonly<Record<string, string | undefined>>[] = [base, change];
  for (const name of Object.keys({ ...base, ...change })) {
    keep(`tools.${name}`, before?.[name], after?.[name], differs);
  }
  return base;
}

type Severities = Gates["severity"];

/** Besides UNKNOWN, the least severe entry decides: all that is more severe blocks too. */
function blocksLess(base: Severities, change: Severities): boolean {
  const least = (list: Severities) =>
    Math.max(...list.filter((each) => each !== "UNKNOWN").map((each) => severities.indexOf(each)), -1);
  return least(change) < least(base) || (base.includes("UNKNOWN") && !change.includes("UNKNOWN"));
}

type Waivers = Config["waivers"];

/** A waiver applies if the base has it too, for the same findings and at least as long. */
function keptWaivers(base: Waivers, change: Waivers, file: string, weakenings: Weakening[]): Waivers {
  const isThere = (waiver: Waivers[number]) =>
    base.some(
      ({ rule, path, package: subject, expires }) =>
        rule === waiver.rule &&
        path === waiver.path &&
        subject === waiver.package &&
        expires >= waiver.expires,
    );
  const added = change.filter((waiver) => !isThere(waiver));
  for (const { rule, path: where, package: subject, expires } of added) {
    const of = [where === undefined ? "" : ` in ${where}`, subject === undefined ? "" : ` of ${subject}`];
    weakenings.push({
      subject: "waivers",
      text: `${rule}${of.join("")} until ${expires}, which the base does not have`,
      path: file,
    });
  }
  return added.length === 0 ? change : base;
}

function strictestScan(keep: Keep, base: Scan, change: Scan): Scan {
  return {
    database: {
      repositories: keep(
        "scan.database.repositories",
        base.database.repositories,
        change.database.repositories,
        differs,
      ),
      refresh: keep("scan.database.refresh", base.database.refresh, change.database.refresh, isHigher),
    },
    skip: keep("scan.skip", base.skip, change.skip, hasMore),
    secrets: keep("scan.secrets", base.secrets, change.secrets, isOff),
    history: keep(
      "scan.history",
      base.history,
      change.history,
      isLater<Scan["history"]>([true, "auto", false]),
    ),
    rules: keep("scan.rules", base.rules, change.rules, hasOtherRules),
  };
}

function hasOtherRules(base: Scan["rules"], change: Scan["rules"]): boolean {
  if (base === false) return false;
  return base === undefined || change === undefined || change === false
    ? differs(base, change)
    : hasLess(base, change);
}

function strictestLicenses(keep: Keep, base: Licenses, change: Licenses): Licenses {
  return {
    allow: keep("licenses.allow", base.allow, change.allow, (one, other) =>
      one === undefined ? false : other === undefined || hasMore(one, other),
    ),
    deny: keep("licenses.deny", base.deny, change.deny, (one, other) => hasLess(one ?? [], other ?? [])),
    unknown: keep(
      "licenses.unknown",
      base.unknown,
      change.unknown,
      isLater<Licenses["unknown"]>(["fail", "note"]),
    ),
    skip: keep("licenses.skip", base.skip, change.skip, hasMore),
  };
}

function strictestManifests(keep: Keep, base: Manifests, change: Manifests): Manifests {
  const partial = ({ charts }: Manifests) =>
    charts.filter((chart) => !chart.defaults).map(({ path }) => path);
  keep("manifests.charts.defaults", partial(base), partial(change), hasMore);
  return {
    ...change,
    schemas: keep("manifests.schemas", base.schemas, change.schemas, (one, other) =>
      one === undefined ? false : differs(one, other),
    ),
    unknownKinds: keep(
      "manifests.unknownKinds",
      base.unknownKinds,
      change.unknownKinds,
      isLater<Manifests["unknownKinds"]>(["fail", "note"]),
    ),
    skipKinds: keep("manifests.skipKinds", base.skipKinds, change.skipKinds, hasMore),
    skip: keep("manifests.skip", base.skip, change.skip, hasMore),
    flux: keep("manifests.flux", base.flux, change.flux, isLater([false, undefined, true])),
    policies: keep("manifests.policies", base.policies, change.policies, (one, other) =>
      one === undefined || other === undefined ? differs(one, other) : hasLess(one, other),
    ),
  };
}

function strictestFiles(keep: Keep, base: Files, change: Files): Files {
  return {
    lint: keep("files.lint", base.lint, change.lint, hasFewerTools),
    skip: keep("files.skip", base.skip, change.skip, hasMore),
  };
}

function strictestInfrastructure(
  keep: Keep,
  base: InfrastructureSettings,
  change: InfrastructureSettings,
): InfrastructureSettings {
  const order = isLater<InfrastructureSettings["plan"]>([true, "auto", false]);
  return {
    plan: keep("infrastructure.plan", base.plan, change.plan, order),
    skip: keep("infrastructure.skip", base.skip, change.skip, hasMore),
  };
}

/** Compares the settings of checks that can be switched off as a whole. */
function unlessOff<Settings extends object>(
  keep: Keep,
  subject: string,
  base: Settings | false,
  change: Settings | false,
  each: (keep: Keep, base: Settings, change: Settings) => Settings,
): Settings | false {
  if (base === false) return change;
  if (change === false) return keep<Settings | false>(subject, base, change, isOff);
  return each(keep, base, change);
}
