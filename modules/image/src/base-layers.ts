import { codedError } from "./errors.ts";

interface History {
  readonly created_by?: unknown;
  readonly empty_layer?: unknown;
}

/**
 * The origin of a pulled layer in the history, as engines up to 0.20 write it, and engines from 0.21 on. The last one
 * is for a layer that the engine already knew from another image.
 */
const pulled = /^(?:pulled from |import image layer |created by buildkit$)/;

/**
 * Counts the layers of an image that the engine pulled. They are the lowest ones, and the history names the origin of
 * each.
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
    // Reported below.
  }
  throw codedError(
    "REPORT_MALFORMED",
    "the configuration of the built image has no history",
    "Report it as a bug of this module, together with the Dockerfile and the engine's version.",
  );
}
