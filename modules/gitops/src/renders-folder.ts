import { type Directory, dag } from "@dagger.io/dagger";
import type { Render } from "./render.ts";

/** The overlays to render as files, one folder each, for a script. */
export function rendersFolder(renders: readonly Render[]): Directory {
  return renders.reduce(
    (dir, { overlay, references }, at) =>
      dir
        .withNewFile(`${at}/overlay`, overlay)
        .withNewFile(`${at}/references`, references.map((reference) => `${reference}\n`).join("")),
    dag.directory(),
  );
}
