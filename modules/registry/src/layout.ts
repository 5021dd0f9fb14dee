import { createHash } from "node:crypto";
import { Directory } from "@dagger.io/dagger";
import { kindOf, lastError, type Ran } from "./crane-errors.ts";
import { codedError, shown } from "./errors.ts";
import { isDigest } from "./image-grammar.ts";

/** The folder of a layout in crane's container. */
export const layoutFolder = "/input/layout";

/** The contents that a push of an OCI layout sends. */
export interface Contents {
  readonly digest: string;
  /** Whether it is the layout's own index.json, which lists one image for each platform. */
  readonly own: boolean;
}

const remedy = "Pass a folder with an OCI image layout that has one image, or one for each platform.";
const mostBytes = 4 * 1024 * 1024;

/**
 * Finds the digest of a layout's contents: of the one image or index in index.json. If index.json lists images for
 * different platforms only, it is the digest of index.json itself. Fails with LAYOUT_INVALID.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function contentsOf(layout: Directory): Promise<Contents> {
  const entries = await layout.entries();
  if (!entries.includes("index.json"))
    throw codedError("LAYOUT_INVALID", "The folder has no index.json", remedy);
  const file = layout.file("index.json");
  const bytes = await file.size();
  if (bytes > mostBytes) {
    throw codedError("LAYOUT_INVALID", `index.json has ${bytes} bytes; the limit is ${mostBytes}`, remedy);
  }
  return readIndex(await file.contents());
}

/** Reads the text of an index.json. */
export function readIndex(text: string): Contents {
  const listed = descriptors(text);
  const digests = listed.map(({ digest }) => digest);
  const wrong = digests.find((digest) => typeof digest !== "string" || !isDigest(digest));
  if (listed.length === 0 || wrong !== undefined) {
    throw codedError(
      "LAYOUT_INVALID",
      listed.length === 0
        ? "index.json lists nothing"
        : `index.json lists ${shown(String(wrong))}, which is not a digest`,
      remedy,
    );
  }
  const [only] = digests;
  if (listed.length === 1 && typeof only === "string") return { digest: only, own: false };
  const platforms = listed.map(({ platform }) => JSON.stringify(platform));
  if (platforms.every((platform, at) => platform !== undefined && platforms.indexOf(platform) === at)) {
    return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, own: true };
  }
  throw codedError(
    "LAYOUT_INVALID",
    `index.json lists ${listed.length} images that are not one for each platform`,
    remedy,
  );
}

function descriptors(text: string): { digest?: unknown; platform?: unknown }[] {
  try {
    const index: unknown = JSON.parse(text);
    if (isRecord(index) && Array.isArray(index.manifests)) return index.manifests.filter(isRecord);
  } catch {
    // Reported below.
  }
  throw codedError("LAYOUT_INVALID", "index.json is not the index of an OCI layout", remedy);
}

/** The error for a push that failed because a file of the layout is unreadable; undefined for another failure. */
export function damage(ran: Ran): Error | undefined {
  const said = lastError(ran);
  if (kindOf(ran) !== "broken" || !said.includes(layoutFolder)) return undefined;
  return codedError(
    "LAYOUT_INVALID",
    `The layout is damaged: ${said.replaceAll(`${layoutFolder}/`, "")}`,
    remedy,
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
