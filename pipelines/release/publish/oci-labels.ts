import type { CommitFacts } from "#pipelines/release/commit/facts.ts";

/**
 * The origin of an image, as its labels and as its annotations.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 *
 * @param version the image's version, one of its tags.
 * @param title the service's name.
 * @param own labels of the configuration, which take precedence.
 * @returns NAME=VALUE, sorted by name, for the module image.
 */
export function ociLabels(
  facts: CommitFacts,
  version: string,
  title: string,
  own: Readonly<Record<string, string>> = {},
): string[] {
  const prefix = "org.opencontainers.image";
  const known = {
    [`${prefix}.created`]: facts.commitTime,
    [`${prefix}.revision`]: facts.commit,
    ...(facts.source === undefined ? {} : { [`${prefix}.source`]: facts.source }),
    [`${prefix}.title`]: title,
    [`${prefix}.version`]: version,
  };
  return Object.entries({ ...known, ...own })
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
}
