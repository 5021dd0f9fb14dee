import type { Config, Image, Service, Test } from "#pipelines/config/config.ts";
import { serviceSchema } from "#pipelines/config/schema.ts";
import { hasLess, hasMore, isOff, type Keep } from "./stricter.ts";

/**
 * Compares services by their folders. A new service is compared with the defaults, and gets no secrets: its tests are
 * code that no owner has seen.
 */
export function strictestServices(
  keep: Keep,
  base: Config["services"],
  change: Config["services"],
): Config["services"] {
  if (change === undefined) return keep("services", base, change, (one) => one !== undefined);
  const named = Object.values(base ?? {});
  return Object.fromEntries(
    Object.entries(change).map(([name, service]) => {
      const before = named.find(({ path }) => path === service.path);
      return [name, strictestService(keep, `services.${name}`, before, service)];
    }),
  );
}

function strictestService(
  keep: Keep,
  subject: string,
  before: Service | undefined,
  change: Service,
): Service {
  const base: Service = before ?? serviceSchema.parse({ path: change.path });
  const isKnown = before !== undefined;
  return {
    ...change,
    lint: keep(`${subject}.lint`, base.lint, change.lint, isKnown ? hasFewerTools : isOff),
    types: isKnown ? keep(`${subject}.types`, base.types, change.types, hasFewerTools) : change.types,
    test: strictestTest(keep, `${subject}.test`, base.test, change.test),
    image: strictestImage(keep, `${subject}.image`, base.image, change.image, isKnown),
  };
}

function strictestTest(keep: Keep, subject: string, base: Test | false, change: Test | false): Test | false {
  if (change === false) return keep(subject, base, change, isOff);
  const known = base === false ? [] : secretsOf(base);
  const keepSecrets = <Names extends readonly string[] | undefined>(at: string, names: Names) =>
    keep<readonly string[] | undefined>(`${at}.secrets`, known, names, (one, other) =>
      hasMore(one ?? [], other ?? []),
    );
  const { suites } = change;
  return {
    ...change,
    secrets: [...(keepSecrets(subject, change.secrets) ?? [])],
    ...(suites !== undefined && {
      suites: Object.fromEntries(
        Object.entries(suites).map(([name, suite]) => {
          const secrets = keepSecrets(`${subject}.suites.${name}`, suite.secrets);
          return [name, { ...suite, ...(secrets !== undefined && { secrets: [...secrets] }) }];
        }),
      ),
    }),
  };
}

/** Every secret that a service's tests get, in any suite. */
function secretsOf({ secrets, suites = {} }: Test): readonly string[] {
  return [...new Set([...secrets, ...Object.values(suites).flatMap((suite) => suite.secrets ?? [])])];
}

/** Without an image, nothing is released: only one that was checked before is missed. */
function strictestImage(
  keep: Keep,
  subject: string,
  base: Service["image"],
  change: Service["image"],
  isKnown: boolean,
): Service["image"] {
  if (change === false) return isKnown ? keep<Service["image"]>(subject, base, change, isOff) : change;
  if (change === undefined) return change;
  const known: Image["secrets"] = base ? base.secrets : [];
  return { ...change, secrets: keep(`${subject}.secrets`, known, change.secrets, hasMore) };
}

type Tools<Name extends string> = "auto" | false | readonly Name[];

/** Nobody can say, without the files, whether a list has every tool that `auto` would select. */
export function hasFewerTools<Name extends string>(base: Tools<Name>, change: Tools<Name>): boolean {
  if (base === false || base === change) return false;
  return typeof base === "string" || typeof change === "string" || change === false || hasLess(base, change);
}
