import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";

/** One of several parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The most jobs that a matrix of GitHub Actions may have. */
export const mostShards = 256;

/**
 * Reads the argument `--shard`: `2/4` is the second of four.
 *
 * @throws ARGUMENT_INVALID unless it is two numbers, the second at most 256 and the first from 1 to the second.
 */
export function parseShard(argument: string | undefined): Shard | undefined {
  if (argument === undefined) return undefined;
  const [, first = "", second = ""] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(argument) ?? [];
  const [index, of] = [Number(first), Number(second)];
  if (index >= 1 && index <= of && of <= mostShards) return { index, of };
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `--shard=${printable(argument.slice(0, 80))} is not valid`,
    `Use INDEX/TOTAL with 1 ≤ INDEX ≤ TOTAL ≤ ${mostShards}, for example --shard=2/4.`,
  );
}
