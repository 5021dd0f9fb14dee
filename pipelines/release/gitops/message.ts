import { commitMessage } from "#modules/gitops/src/message.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { ReleasedSource, UpdateImage } from "./edit.ts";

/** The words that a message's template may contain in double braces, and their values. */
const fields: Readonly<Record<string, (images: readonly UpdateImage[], source: ReleasedSource) => string>> = {
  images: (images) => images.map(shortName).join(", "),
  names: (images) => images.map(({ name }) => name).join(", "),
  count: (images) => String(images.length),
  source: (_, { commit }) => commit,
  short: (_, { commit }) => commit.slice(0, 12),
};

const defaultTemplate = "Set {{images}}";
const mostNamed = 3;

/**
 * Writes the message of a bump's commit: the filled template, then the trailers that later bumps read.
 *
 * @param template may contain {{images}}, {{names}}, {{count}}, {{source}} and {{short}}.
 * @param undoes the commit that a rollback undoes.
 * @throws ARGUMENT_INVALID for another word in double braces, and for a value that a trailer cannot contain.
 */
export function updateMessage(
  template: string | undefined,
  images: readonly UpdateImage[],
  places: readonly string[],
  source: ReleasedSource,
  undoes?: string,
): string {
  const brief = images.length > mostNamed ? "Set {{count}} images of {{short}}" : defaultTemplate;
  return commitMessage(fillMessage(template ?? brief, images, source), {
    images,
    places,
    source,
    ...(undoes !== undefined && { undoes }),
  });
}

/** Fills a template; see `updateMessage`. */
export function fillMessage(
  template: string,
  images: readonly UpdateImage[],
  source: ReleasedSource,
): string {
  return template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, word: string) => {
    const field = Object.hasOwn(fields, word) ? fields[word] : undefined;
    if (field) return field(images, source);
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `a template has the unknown word {{${word.slice(0, 40)}}}`,
      `Use only these words: ${Object.keys(fields)
        .map((name) => `{{${name}}}`)
        .join(", ")}.`,
    );
  });
}

function shortName({ name, digest, tag }: UpdateImage): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return `${last} to ${tag ?? digest.slice("sha256:".length, "sha256:".length + 12)}`;
}
