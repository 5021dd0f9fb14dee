import { codedError, shown } from "./errors.ts";

/** An image that a commit sets. */
export interface SetImage {
  readonly name: string;
  readonly digest: string;
}

/** The facts in a commit's trailers, which later commits read. */
export interface Trailers {
  readonly images: readonly SetImage[];
  /** The place where each image is set: its name, a space, and the overlay's folder or the file. */
  readonly places: readonly string[];
  /** The commit that the images were built from, and its time. */
  readonly source: { readonly commit: string; readonly time: Date };
  /** The commit of this repository that a rollback undoes; absent for any other commit. */
  readonly undoes?: string;
}

/** The newest commit that set one of the places asked for. */
export interface Earlier extends Trailers {
  readonly commit: string;
}

const imageForm = /^[^\s@=]{1,255}@sha256:[0-9a-f]{64}$/;
const commitForm = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const control = /\p{Cc}/u;
const unwritten = /(?![\n\t])\p{Cc}/gu;

/** Names a place as trailers do. Fails with ARGUMENT_INVALID when the path does not fit on one line. */
export function placeOf(name: string, path: string): string {
  if (control.test(path)) {
    throw codedError(
      "ARGUMENT_INVALID",
      `the path ${shown(path)} contains control characters`,
      "Rename the file or folder.",
    );
  }
  return `${name} ${path || "."}`;
}

/**
 * Builds a commit's message: the text, and after it the trailers. Git reads the last paragraph only, so nothing in
 * the text can pass for a trailer. Fails with ARGUMENT_INVALID on a value that does not fit on one line.
 */
export function commitMessage(text: string, { images, places, source, undoes }: Trailers): string {
  // To git, a line of dashes or a comment may end the message, and the trailers behind it would be none.
  const body = text
    .replace(/\r\n?/g, "\n")
    .replace(unwritten, "")
    .trim()
    .replace(/^(?=#|---)/gm, " ");
  const lines = [
    ...images.map(({ name, digest }) => `Slipway-Image: ${name}@${digest}`),
    ...places.map((place) => `Slipway-Place: ${place}`),
    `Slipway-Source: ${source.commit}`,
    `Slipway-Source-Time: ${source.time.toISOString()}`,
    ...(undoes === undefined ? [] : [`Slipway-Undoes: ${undoes}`]),
  ];
  const wrong =
    images.find(({ name, digest }) => !imageForm.test(`${name}@${digest}`))?.name ??
    places.find((place) => control.test(place)) ??
    [source.commit, undoes ?? source.commit].find((commit) => !commitForm.test(commit));
  if (wrong !== undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `${shown(wrong)} cannot be written into a commit's trailer`,
      "Pass images as NAME with a sha256 digest, paths without control characters, and the source as a full commit id.",
    );
  }
  return `${body || "Set images"}\n\n${lines.join("\n")}\n`;
}

/**
 * Reads the commits that `push` printed with the outcome `newer`, newest first. Skips a commit whose trailers are not
 * of our form.
 */
export function readEarlier(text: string): Earlier[] {
  return text
    .split("\u0001")
    .slice(1)
    .flatMap((record) => {
      const [commit = "", ...lines] = record.split("\n");
      const values = (key: string) =>
        lines.flatMap((line) => (line.startsWith(`${key}: `) ? [line.slice(key.length + 2)] : []));
      const images = values("Slipway-Image")
        .filter((value) => imageForm.test(value))
        .map((value) => ({ name: value.split("@")[0] ?? "", digest: value.split("@")[1] ?? "" }));
      const [source = ""] = values("Slipway-Source");
      const [stamp = ""] = values("Slipway-Source-Time");
      const time = new Date(stamp);
      if (!commitForm.test(commit) || !commitForm.test(source) || Number.isNaN(time.getTime())) return [];
      const [undoes] = values("Slipway-Undoes").filter((value) => commitForm.test(value));
      const places = values("Slipway-Place");
      return [
        { commit, images, places, source: { commit: source, time }, ...(undoes !== undefined && { undoes }) },
      ];
    });
}
