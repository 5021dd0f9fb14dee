import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { ReleasedImage } from "./record.ts";

/** Records a fact about an image as soon as it is true. */
export type Note = (change: (record: ReleasedImage) => Partial<ReleasedImage>) => void;

/** The progress of a release's images. */
export interface Progress<Image extends ReadyImage> {
  readonly images: readonly Image[];
  /** The present records, in the order of the images. */
  readonly records: () => readonly ReleasedImage[];
  /**
   * Runs a step for every image, side by side. It waits for all of them, and records the result of each.
   *
   * @throws the error of the image that failed, or one error that names all of them.
   */
  readonly each: (step: (image: Image, note: Note) => Promise<void>) => Promise<void>;
}

/** Starts with images of which nothing is published yet. */
export function progressOf<Image extends ReadyImage>(images: readonly Image[]): Progress<Image> {
  const records = new Map(images.map((image) => [image, unpublished(image)]));
  const noteOf = (image: Image): Note => {
    return (change) => {
      const record = records.get(image) ?? unpublished(image);
      records.set(image, { ...record, ...change(record) });
    };
  };
  return {
    images,
    records: () => [...records.values()],
    async each(step) {
      const ended = await Promise.allSettled(images.map((image) => step(image, noteOf(image))));
      const [failed, ...more] = ended.filter((end) => end.status === "rejected");
      if (failed === undefined) return;
      throw more.length === 0 ? failed.reason : together([failed, ...more].map(({ reason }) => reason));
    },
  };
}

function together(errors: readonly unknown[]): SlipwayError {
  const [first, ...others] = errors.map((error) => explain(error));
  const texts = [first, ...others].flatMap((reason) => reason?.text ?? []);
  return new SlipwayError(
    first?.code ?? "TOOL_FAILED",
    texts.join("; "),
    first?.remedy ?? "Correct each of the errors above, and run the release again.",
  );
}

function unpublished({ service, name, digest, platforms }: ReadyImage): ReleasedImage {
  return {
    service,
    name,
    digest,
    platforms: platforms.map(({ platform, digest: of }) => ({ platform, digest: of })),
    published: false,
    attestations: [],
    replicas: [],
    tags: [],
  };
}
