import { codedError } from "./errors.ts";

/**
 * Where the schemas of the built-in kinds come from: a wheel of the package index, told by its digest, with a folder
 * for each minor version of Kubernetes.
 */
export const wheel = {
  requirement:
    "kubernetes-validate==1.37.0 --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9\n",
  oldest: 25,
  newest: 37,
};

/**
 * Gives the folder of a version of Kubernetes in the layout that kubeconform's own schemas have: `v1.33.0` of `1.33`.
 * Fails with ARGUMENT_INVALID on anything but 1.N.
 */
export function versionFolder(kubernetes: string): string {
  if (/^1\.\d{1,3}$/.test(kubernetes)) return `v${kubernetes}.0`;
  throw codedError(
    "ARGUMENT_INVALID",
    `${JSON.stringify(kubernetes.slice(0, 80))} is not a version of Kubernetes`,
    `Give it as 1.N, e.g. 1.${wheel.newest}.`,
  );
}

/** Fails with ARGUMENT_INVALID when the wheel has no schemas of that version. */
export function requirePacked(kubernetes: string): void {
  const minor = Number(kubernetes.slice("1.".length));
  if (minor >= wheel.oldest && minor <= wheel.newest) return;
  throw codedError(
    "ARGUMENT_INVALID",
    `there are no packed schemas of Kubernetes ${kubernetes}`,
    `Give one of 1.${wheel.oldest} to 1.${wheel.newest}, or hand in schemas with v${kubernetes}.0-standalone-strict.`,
  );
}

/**
 * Writes the wheel's schemas as kubeconform reads them. Their `$id` and references are addresses on the web, which
 * would be asked for; here they are files. Parts of kinds, such as DeploymentSpec, are left out: an object of that
 * name is no object. Arguments: the wheel's folder, the version's folder, the target.
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
