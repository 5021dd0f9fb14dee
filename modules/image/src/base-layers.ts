import { codedError } from "./errors.ts";

interface History {
  readonly created_by?: unknown;
  readonly empty_layer?: unknown;
}

/** As engines write it up to 0.20, and from 0.21 on; the last of a layer that the engine had from another image already. */
const pulled = /^(?:pulled from |import image layer |created by buildkit$)/;

/**
 * Says how many layers of an image the engine pulled: those lie at the bottom, and in its history it writes for each
 * where it has it from.
 *
 * @param config the image's configuration, as JSON
 */
export function baseLayers(config: string): number {
  const histories = historyOf(config).filter(({ empty_layer }) => empty_layer !== true);
  const own = histories.findIndex(
    ({ created_by }) => typeof created_by !== "string" || !pulled.test(created_by),
  );
  return own < 0 ? histories.length : own;
}

function historyOf(config: string): readonly History[] {
  try {
    const { history } = JSON.parse(config);
    if (Array.isArray(history)) return history;
  } catch {
    // Said below.
  }
  throw codedError(
    "REPORT_MALFORMED",
    "the image's configuration has no history",
    "Report this with the Dockerfile.",
  );
}
