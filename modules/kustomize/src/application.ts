import { codedError } from "./errors.ts";
import { type ImageRequest, joinReference, renamed, splitReference } from "./reference.ts";
import { type Field, type Path, textOf } from "./stream.ts";

/** An image that a field names, and how the field is written. */
export interface NamedImage {
  readonly field: Field;
  /** The names by which the image can be asked for. */
  readonly names: readonly string[];
  readonly write: (request: ImageRequest) => string;
}

/**
 * The images of an Argo CD Application or ApplicationSet: `kustomize.images`, in the words of
 * `kustomize edit set image`, and `helm.parameters`, where a name such as `image.repository` stands beside `image.tag`.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 *
 * @param fields all fields of one document
 */
export function applicationImages(fields: readonly Field[]): readonly NamedImage[] {
  return [...kustomizeImages(fields), ...helmParameters(fields)];
}

function kustomizeImages(fields: readonly Field[]): readonly NamedImage[] {
  return fields.flatMap((field) => {
    const value = textOf(field);
    const [owner, list] = field.path.slice(-3);
    if (owner !== "kustomize" || list !== "images" || value === undefined) return [];
    const equals = value.indexOf("=");
    const head = value.slice(0, equals + 1);
    const { name } = splitReference(value.slice(equals + 1));
    const write = (request: ImageRequest) => head + joinReference(renamed(request));
    return [{ field, names: equals < 0 ? [name] : [name, value.slice(0, equals)], write }];
  });
}

interface Parameter {
  readonly field: Field;
  readonly name: string;
  readonly value: string;
  /** The path of the list that it is in. */
  readonly list: string;
}

function helmParameters(fields: readonly Field[]): readonly NamedImage[] {
  const byPath = new Map(fields.map((field) => [keyOf(field.path), field]));
  const all = fields.flatMap((field) => parameterIn(byPath, field));
  const byName = new Map(all.map((each) => [keyOf([each.list, each.name]), each]));
  return all.flatMap(({ field, name, value, list }) => {
    const [, before = "", key = ""] = /^(.*?)([^.]*)$/.exec(name) ?? [];
    if (/(?:^i|I)mage$/.test(key)) {
      const write = (request: ImageRequest) => joinReference(renamed(request));
      return [{ field, names: [splitReference(value).name], write }];
    }
    if (key !== "repository") return [];
    const beside = (part: string) => byName.get(keyOf([list, before + part]));
    const registry = beside("registry")?.value;
    const image = registry === undefined || registry === "" ? value : `${registry}/${value}`;
    return [beside("tag"), beside("digest")].flatMap((part) =>
      part === undefined
        ? []
        : [{ field: part.field, names: [image], write: writer(part, beside("digest")) }],
    );
  });
}

function parameterIn(byPath: ReadonlyMap<string, Field>, field: Field): readonly Parameter[] {
  const { path } = field;
  if (path.at(-1) !== "value" || path.at(-3) !== "parameters" || path.at(-4) !== "helm") return [];
  const name = byPath.get(keyOf([...path.slice(0, -1), "name"]));
  const [key, value] = [name && textOf(name), textOf(field)];
  if (key === undefined || value === undefined) return [];
  return [{ field, name: key, value, list: keyOf(path.slice(0, -2)) }];
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** How the tag or the digest of an image is written. Beside a digest, a tag stays unless another is requested. */
function writer(part: Parameter, digest: Parameter | undefined): NamedImage["write"] {
  return ({ name, newName = name, tag, digest: pinned = "" }) => {
    if (newName !== name) {
      throw codedError(
        "MANIFEST_INVALID",
        `the parameters of the image ${name} do not take the new name ${newName}`,
        "Release to the registry that stands there, or write the new name under repository.",
      );
    }
    if (part === digest) return pinned;
    if (digest !== undefined) return tag ?? part.value;
    if (tag !== undefined) return `${tag}@${pinned}`;
    throw codedError(
      "MANIFEST_INVALID",
      `the parameter ${part.name} is a tag, and ${name} has none`,
      "Set the image with a tag, or add a parameter for the digest if the chart reads one.",
    );
  };
}
