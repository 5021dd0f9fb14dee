import { isRecord, parseManifests } from "#modules/kustomize/src/manifests.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import type { ObjectFault } from "#pipelines/tools/kubeconform/reader.ts";

/** The faults of objects, after a look at the values that somebody sets after the rendering. */
export interface LaterValues {
  readonly findings: readonly Finding[];
  /** The places that were not compared, as in `Deployment web /spec/replicas (Flux)`. */
  readonly later: readonly string[];
}

/**
 * Takes faults for unknown whose value is set after the rendering. SOPS encrypts values, and Flux decrypts them before
 * they reach the cluster; the field `sops` does not reach it either. Flux also replaces `${variable}`.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
 *
 * @param text the manifests; one that cannot be read decides nothing.
 * @param hasFlux whether Flux renders the source; if not, a fault of such a variable stays.
 */
export function withoutLater(faults: readonly ObjectFault[], text: string, hasFlux: boolean): LaterValues {
  const objects = objectsIn(text);
  const findings: Finding[] = [];
  const later: string[] = [];
  for (const { kind, name, at, finding } of faults) {
    const who = at === undefined ? undefined : setBy(objects, { kind, name, at, finding });
    const place = `${kind} ${name} ${at === "" ? "/sops" : at}`;
    if (who === "SOPS" || (who === "Flux" && hasFlux)) later.push(`${place} (${who})`);
    else findings.push(who === "Flux" ? withHint(finding) : finding);
  }
  return { findings, later: [...new Set(later)] };
}

interface Placed {
  readonly kind: string;
  readonly name: string;
  readonly at: string;
  readonly finding: Finding;
}

function setBy(
  objects: readonly Content[],
  { kind, name, at, finding }: Placed,
): "SOPS" | "Flux" | undefined {
  const all = objects.filter((object) => object.kind === kind && nameOf(object) === name);
  const values = all.map((object) => (at === "" ? object : valueAt(object, at)));
  if (values.length === 0) return undefined;
  const isEncrypted = all.every(({ sops }) => isRecord(sops) && typeof sops.mac === "string");
  if (at === "") return isEncrypted && isOnlySops(finding) ? "SOPS" : undefined;
  if (isEncrypted && values.every((value) => isText(value, /^ENC\[/))) return "SOPS";
  return values.every((value) => isText(value, /\$\{[A-Za-z_][^{}]*\}/)) ? "Flux" : undefined;
}

type Content = Readonly<Record<string, unknown>>;

function objectsIn(text: string): readonly Content[] {
  try {
    return parseManifests(text).map(({ content }) => content);
  } catch {
    return [];
  }
}

function nameOf({ metadata }: Content): unknown {
  return isRecord(metadata) ? metadata.name : undefined;
}

function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduce<unknown>((inner, key) => {
    const plain = key.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(inner)) return inner[Number(plain)];
    return isRecord(inner) ? inner[plain] : undefined;
  }, value);
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function isOnlySops({ message }: Finding): boolean {
  return message.endsWith(": additional properties 'sops' not allowed");
}

function withHint(finding: Finding): Finding {
  const hint = "the value is a variable; if Flux replaces it, set `manifests.flux: true` in slipway.yaml";
  return { ...finding, message: `${finding.message} (${hint})` };
}
