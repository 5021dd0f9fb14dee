import { codedError, lastLines, shown } from "./errors.ts";

/**
 * Makes the error of a rendering that failed: the true cause, if kustomize needs what it does not get here, else
 * kustomize's own words.
 *
 * @param path the path of the kustomization file
 */
export function failure(path: string, { exitCode, stderr }: { exitCode: number; stderr: string }): Error {
  const missing = needed(stderr);
  if (missing !== undefined) {
    return codedError("RENDERING_UNSUPPORTED", `${path} is not rendered: ${missing.what}`, missing.remedy);
  }
  return codedError(
    "TOOL_FAILED",
    `kustomize build of ${path} ended with exit code ${exitCode}: ${lastLines(stderr)}`,
    /is not in or below/.test(stderr)
      ? "Move the file into the overlay's folder, or allow it: `manifests.loadRestrictor: LoadRestrictionsNone` in slipway.yaml."
      : "Correct the overlay until `kustomize build` renders it.",
  );
}

function needed(stderr: string): { readonly what: string; readonly remedy: string } | undefined {
  const plugin = /external plugins disabled; unable to load external plugin '([^']+)'/.exec(stderr)?.[1];
  if (plugin !== undefined) {
    return {
      what: `it needs the plugin ${shown(plugin)}, and plugins do not run here`,
      remedy:
        "Render it where the plugin is installed, with `kustomize build --enable-alpha-plugins --enable-exec`.",
    };
  }
  const pull = /'\S*helm pull ([^']*)'/.exec(stderr)?.[1];
  if (pull === undefined) return undefined;
  const repository = /--repo (\S+)/.exec(pull)?.[1];
  const chart = pull
    .replace(/--(?:untardir|repo|version) \S+|--(?:untar|devel)\b/g, "")
    .trim()
    .split(/\s+/)[0];
  const from = repository === undefined ? "" : ` of ${shown(repository)}`;
  return {
    what: `helmCharts names the chart ${shown(chart ?? "")}${from}, which is not in the source, and nothing is downloaded`,
    remedy: "Commit the chart below `helmGlobals.chartHome`, as `helm pull --untar` writes it.",
  };
}
