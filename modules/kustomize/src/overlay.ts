import { codedError, shown } from "./errors.ts";

/** The names by which kustomize knows its file. */
export const fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/**
 * Normalises an overlay's path to its segments below the source. Fails with PATH_OUTSIDE_SOURCE on an absolute path
 * and on `..`.
 */
export function overlaySegments(overlay: string): string[] {
  const segments = overlay.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (overlay.startsWith("/") || segments.includes("..") || overlay.includes("\0")) {
    throw codedError(
      "PATH_OUTSIDE_SOURCE",
      `the overlay ${shown(overlay)} is not a path below the source`,
      "Give the folder relative to the source's root, without '..', e.g. k8s/overlays/staging.",
    );
  }
  return segments;
}

/** Each folder on the way to the overlay, the overlay last: `a/b` gives `a` and `a/b`. */
export function pathsTo(segments: readonly string[]): string[] {
  return segments.map((_, at) => segments.slice(0, at + 1).join("/"));
}

/**
 * Finds the kustomization file among a folder's entries. Fails with KUSTOMIZATION_NOT_FOUND when there is none, with
 * KUSTOMIZATION_INVALID when there are several, which kustomize refuses too.
 */
export function kustomizationFile(overlay: string, entries: readonly string[]): string {
  const found = fileNames.filter((name) => entries.includes(name));
  const [file, ...others] = found;
  if (file === undefined) {
    throw codedError(
      "KUSTOMIZATION_NOT_FOUND",
      `the folder ${shown(overlay)} holds none of ${fileNames.join(", ")}`,
      "Name the overlay's folder, relative to the source's root.",
    );
  }
  if (others.length > 0) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `the folder ${shown(overlay)} holds ${found.join(" and ")}`,
      "Keep one of them: kustomize refuses a folder with several.",
    );
  }
  return file;
}
