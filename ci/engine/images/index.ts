import { bun } from "./bun.ts";
import { curl } from "./curl.ts";
import { debians } from "./debian.ts";
import { distrolesses } from "./distroless.ts";
import { git } from "./git.ts";
import { goImages } from "./go-image.ts";
import { node } from "./node.ts";
import { postgreses } from "./postgres.ts";
import { pythons } from "./python.ts";
import { redis } from "./redis.ts";
import type { StandIn } from "./stand-in.ts";
import { ruff, uv } from "./wheel-tool.ts";

/** Every image that is available without access to an image registry. */
export const standIns: readonly StandIn[] = [
  ...pythons,
  ...debians,
  ...distrolesses,
  ...postgreses,
  redis,
  uv,
  ruff,
  ...goImages,
  git,
  curl,
  node,
  bun,
];
