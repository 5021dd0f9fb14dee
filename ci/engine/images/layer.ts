import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { z } from "zod";

const layerSchema = z.object({
  /** Digest of the compressed layer, by which a registry knows it. */
  digest: z.string(),
  /** Digest of the tar inside, by which an image's configuration knows it. */
  diffId: z.string(),
  size: z.number(),
});

export type Layer = z.infer<typeof layerSchema>;

/** Path of a layer's compressed tar in the folder that `writeLayer` filled. */
export const layerFile = (dir: string): string => join(dir, "layer.tar.gz");

/**
 * Packs the tree below `root`, owners and modes as they are, into `dir` as one image layer.
 * Times of change are kept: Python takes its compiled files for stale otherwise.
 */
export async function writeLayer(root: string, dir: string): Promise<Layer> {
  await mkdir(dir, { recursive: true });
  const options = [
    "--numeric-owner",
    "--sort=name",
    "--exclude=./dev/*",
    "--exclude=./proc/*",
    "--exclude=./sys/*",
    "--exclude=./var/cache/apt/*.bin",
  ];
  const tar = spawn("tar", ["-C", root, ...options, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", resolve);
  });
  const [plain, packed] = [createHash("sha256"), createHash("sha256")];
  const counted = { size: 0 };
  const count = (chunk: Buffer) => {
    counted.size += chunk.length;
  };
  await pipeline(
    tar.stdout,
    through(plain),
    createGzip({ level: 1 }),
    through(packed, count),
    createWriteStream(layerFile(dir)),
  );
  if ((await ended) !== 0)
    throw new Error(
      `LAYER_NOT_PACKED: tar of ${root} failed. Run \`df -h\` to see whether the disk is full.`,
    );
  const digest = `sha256:${packed.digest("hex")}`;
  const layer = { digest, diffId: `sha256:${plain.digest("hex")}`, size: counted.size };
  await writeFile(join(dir, "layer.json"), JSON.stringify(layer));
  return layer;
}

/** Reads what `writeLayer` noted about the layer in `dir`. */
export async function readLayer(dir: string): Promise<Layer> {
  return layerSchema.parse(JSON.parse(await readFile(join(dir, "layer.json"), "utf8")));
}

/** Digests a file as registries do: `sha256:` and hexadecimal digits. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}

function through(hash: Hash, onChunk?: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      onChunk?.(chunk);
      done(null, chunk);
    },
  });
}
