import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cached } from "../cache.ts";
import { findGo } from "../go.ts";
import { baseLayer, trustLayer } from "./base-layer.ts";
import { goLayer } from "./go-layer.ts";
import { goSettings } from "./machine-settings.ts";
import { addImage } from "./oci-content.ts";
import { typescriptLayer } from "./typescript-layer.ts";

const digestsSchema = z.object({ goDigest: z.string(), typescriptDigest: z.string() });

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The SDKs that are built into an engine. */
export interface SdkContent {
  /** Folder with `blobs/sha256`, which the engine needs at /usr/local/share/dagger/content. */
  readonly dir: string;
  /** The value of DAGGER_GO_SDK_MANIFEST_DIGEST. */
  readonly goDigest: string;
  /** The value of DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST. */
  readonly typescriptDigest: string;
}

/**
 * Makes the Go SDK and the TypeScript SDK for an engine from packages, from Debian packages, Go modules and npm
 * packages. Makes them once for each content. If the machine sets another module proxy or npm registry than the
 * default, that setting goes into the images and nowhere else.
 *
 * Fails with the code of the step that failed: GO_NOT_FOUND, DEBIAN_MIRROR_UNKNOWN, TOOL_FAILED.
 */
export async function sdkContent(): Promise<SdkContent> {
  const base = await baseLayer();
  const below = [base, ...(await trustLayer())];
  const [go, typescript] = [await goLayer(base), await typescriptLayer()];
  const goEnv = {
    PATH: `/go/bin:/usr/local/go/bin:${path}`,
    GOPATH: "/go",
    GOTOOLCHAIN: "local",
    ...(await goSettings((await findGo()).path)),
  };
  const dir = await cached("sdk-content", { below, go, typescript, goEnv, path }, async (store) => {
    const digests = {
      goDigest: await addImage(store, [...below, go], goEnv),
      typescriptDigest: await addImage(store, [...below, typescript], { PATH: path }),
    };
    await writeFile(join(store, "digests.json"), JSON.stringify(digests));
  });
  return { dir, ...digestsSchema.parse(JSON.parse(await readFile(join(dir, "digests.json"), "utf8"))) };
}
