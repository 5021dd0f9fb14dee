import { codedError } from "./errors.ts";

/**
 * The source of the schemas of built-in kinds: a wheel of the package index, pinned by its hash. It has a folder for
 * each minor version of Kubernetes.
 */
export const wheel = {
  requirement:
    "kubernetes-validate==1.37.0 --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9\n",
  oldest: 25,
  newest: 37,
};

/**
 * Returns the folder of a version of Kubernetes, as kubeconform's own schemas name it: `v1.33.0` for `1.33`. Fails
 * with ARGUMENT_INVALID on anything but 1.N.
 */
export function versionFolder(kubernetes: string): string {
  if (/^1\.\d{1,3}$/.test(kubernetes)) return `v${kubernetes}.0`;
  throw codedError(
    "ARGUMENT_INVALID",
    `kubernetes: ${JSON.stringify(kubernetes.slice(0, 80))} is not a version of Kubernetes`,
    `Set it to 1.N, e.g. 1.${wheel.newest}.`,
  );
}

/** Fails with ARGUMENT_INVALID if the wheel has no schemas of that version. */
export function requirePacked(kubernetes: string): void {
  const minor = Number(kubernetes.slice("1.".length));
  if (minor >= wheel.oldest && minor <= wheel.newest) return;
  throw codedError(
    "ARGUMENT_INVALID",
    `kubernetes: there are no packed schemas of version ${kubernetes}`,
    `Set one of 1.${wheel.oldest} to 1.${wheel.newest}, or pass --schemas with a folder v${kubernetes}.0-standalone-strict.`,
  );
}

/**
 * Writes the wheel's schemas as kubeconform reads them. Their `$id` and references are addresses on the web, which
 * kubeconform would ask; here they become files. Parts of kinds, such as DeploymentSpec, are left out, because an
 * object of that name is not valid. Arguments: the wheel's folder, the version's folder, the target.
 */
export const packing = `
import json, pathlib, sys

wheel, version, target = sys.argv[1:]
source = pathlib.Path(wheel, "kubernetes_validate/kubernetes-json-schema", version + "-local-strict")
folder = pathlib.Path(target, version + "-standalone-strict")
folder.mkdir(parents=True)
web = "/api/_definitions.json"

def local(text, definitions):
    schema = json.loads(text.replace('"' + web + "#", '"' + definitions + "#"))
    schema.pop("$id", None)
    return schema

def write(name, schema):
    (folder / name).write_text(json.dumps(schema))

write("_definitions.json", local((source / "_definitions.json").read_text(), ""))
for file in sorted(source.glob("*-*.json")):
    schema = local(file.read_text(), "_definitions.json")
    for kind in schema.get("x-kubernetes-group-version-kind", []):
        group = kind["group"].split(".")[0]
        parts = [kind["kind"].lower(), *([group] if group else []), kind["version"]]
        write("-".join(parts) + ".json", schema)
`;
