import { Directory, File } from "@dagger.io/dagger";

const digestGrammar = /^sha256:[0-9a-f]{64}$/;

/**
 * Finds the database's archive in a folder of the caller: db.tar.gz, or the one layer of an OCI layout. Fails with
 * DATABASE_UNAVAILABLE if there is neither.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function findArchive(from: Directory): Promise<File> {
  if (await from.exists("db.tar.gz")) return from.file("db.tar.gz");
  if (!(await from.exists("index.json"))) {
    throw new Error(
      "DATABASE_UNAVAILABLE: the folder has no vulnerability database. Pass a folder with metadata.json and " +
        "trivy.db, with db.tar.gz, or with an OCI layout of the database's image.",
    );
  }
  const manifest = await blob(
    from,
    digestIn(await from.file("index.json").contents(), "manifests", "index.json"),
  );
  const layer = digestIn(await manifest.contents(), "layers", "the manifest");
  return blob(from, layer);
}

async function blob(layout: Directory, digest: string): Promise<File> {
  return layout.file(`blobs/${digest.replace(":", "/")}`);
}

/** Reads the digest of the first entry of a list in an OCI document. */
function digestIn(text: string, list: "manifests" | "layers", where: string): string {
  const digest = firstDigest(text, list);
  if (digest !== undefined && digestGrammar.test(digest)) return digest;
  throw new Error(
    `DATABASE_UNAVAILABLE: ${where} of the OCI layout has no sha256 digest in ${list}. Make the layout again ` +
      "from the database's image, for example with `oras copy --to-oci-layout`.",
  );
}

function firstDigest(text: string, list: string): string | undefined {
  try {
    const digest: unknown = JSON.parse(text)?.[list]?.[0]?.digest;
    return typeof digest === "string" ? digest : undefined;
  } catch {
    return undefined;
  }
}
