import type { PlannedService } from "#pipelines/plan/plan.ts";
import { suitesOf } from "#pipelines/plan/suites.ts";

/**
 * The variable that uv reads a secret from; undefined when the secret is not for an installation.
 * https://docs.astral.sh/uv/reference/environment/
 */
export function installVariable(name: string): string | undefined {
  if (name === "PIP_INDEX_URL") return "UV_DEFAULT_INDEX";
  if (name === "PIP_EXTRA_INDEX_URL") return "UV_INDEX";
  const poetry = /^POETRY_HTTP_BASIC_(\w+_(?:USERNAME|PASSWORD))$/.exec(name)?.[1];
  if (poetry !== undefined) return `UV_INDEX_${poetry}`;
  return /^(?:UV|PIP)_/.test(name) ? name : undefined;
}

/** Names of variables that OpenTofu and its commonest providers read credentials from. */
const credential =
  /^(?:TF|AWS|ARM|AZURE|GOOGLE|CLOUDSDK|CLOUDFLARE|DIGITALOCEAN|HCLOUD|OCI|OS|VAULT|KUBE|GITHUB|GITLAB)_/;

/** Says whether `tofu plan` gets a secret, by its name. */
export function isCredential(name: string): boolean {
  return credential.test(name);
}

/** Says of each secret that no step gets it. Silence would look like a test that ignores its secret. */
export function unusedSecretNotes(
  names: readonly string[],
  services: readonly PlannedService[],
): readonly string[] {
  const given = new Set(services.flatMap(secretsOf));
  return names
    .filter((name) => !given.has(name) && installVariable(name) === undefined && !isCredential(name))
    .map(
      (name) =>
        `No step gets the secret ${name}: name it in \`test.secrets\` or \`image.secrets\` of a service in slipway.yaml.`,
    );
}

function secretsOf({ test, image }: PlannedService): readonly string[] {
  const suites = test === false ? [] : suitesOf(test);
  return [...suites.flatMap(({ secrets }) => secrets), ...(image ? image.secrets : [])];
}
