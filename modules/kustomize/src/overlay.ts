import { codedError, shown } from "./errors.ts";

/** The names that kustomize accepts for its file. */
export const fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/**
 * Splits an overlay's path into its segments below the source. Fails with PATH_OUTSIDE_SOURCE on an absolute path and
 * on `..`.
 */
export function overlaySegments(overlay: string): string[] {
  const segments = overlay.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (overlay.startsWith("/") || segments.includes("..") || overlay.includes("\0")) {
    throw codedError(
      "PATH_OUTSIDE_SOURCE",
      `overlay: ${shown(overlay)} is not a path below the source`,
      "Set it to a folder, relative to the top of the source and without '..', e.g. k8s/overlays/staging.",
    );
  }
  return segments;
}

/** Each folder on the path to the overlay, the overlay last: `a/b` gives `a` and `a/b`. */
export function pathsTo(segments: readonly string[]): string[] {
  return segments.map((_, at) => segments.slice(0, at + 1).join("/"));
}

/**
 * Finds the kustomization file in a folder's entries. Fails with KUSTOMIZATION_NOT_FOUND if there is no such file,
 * and with KUSTOMIZATION_INVALID if there are several, which kustomize refuses too.
 */
export function kustomizationFile(overlay: string, entries: readonly string[]): string {
  const found = fileNames.filter((name) => entries.includes(name));
  const [file, ...others] = found;
  if (file === undefined) {
    throw codedError(
      "KUSTOMIZATION_NOT_FOUND",
      `the folder ${shown(overlay)} has no kustomization file: ${fileNames.join(", ")}`,
      "Set the overlay to a folder with such a file, relative to the top of the source.",
    );
  }
  if (others.length > 0) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `the folder ${shown(overlay)} has ${found.join(" and ")}`,
      "Keep one of these files: kustomize refuses a folder with several.",
    );
  }
  return file;
}
