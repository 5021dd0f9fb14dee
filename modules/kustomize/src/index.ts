import { Container, Directory, dag, ExistsType, File, func, object } from "@dagger.io/dagger";
import { compare, report } from "./comparison.ts";
import { renames, setImages } from "./edit.ts";
import { codedError, lastLines } from "./errors.ts";
import { type Kustomization, parseKustomization } from "./kustomization.ts";
import { refuseLinks } from "./links.ts";
import { setManifest } from "./manifest.ts";
import { mostBytes } from "./manifests.ts";
import { kustomizationFile, overlaySegments, pathsTo } from "./overlay.ts";
import { parsePinned, parseRequests } from "./reference.ts";
import { checkPresence } from "./require-image.ts";
import { edited } from "./source-file.ts";
import { setValues } from "./values.ts";

/** Pinned here and nowhere else. */
export const pins = {
  image: "registry.k8s.io/kustomize/kustomize:v5.8.2",
  base: "gcr.io/distroless/static-debian12",
};

/**
 * Sets images in a Kustomize overlay, and shows that nothing else changed: the kustomization file is edited by its
 * syntax tree, so that comments, order, anchors, quotes and line ends stay, and the real kustomize renders before and
 * after. Everything has to be in the source: bases by URL, Helm charts and plugins are refused. Files of plain manifests
 * and of Helm values are edited likewise.
 */
@object()
export class Kustomize {
  private image: string;
  private base: string;

  /**
   * @param image image with kustomize at /app/kustomize
   * @param base image that kustomize runs in; needs no shell
   */
  constructor(image: string = pins.image, base: string = pins.base) {
    this.image = image;
    this.base = base;
  }

  /**
   * Sets images by tag, digest or both in an overlay's kustomization file, and verifies the result with kustomize. An
   * image that the overlay renders and the file does not list gets an entry.
   *
   * A tag alone keeps newName and replaces the tag; where a digest is pinned, in the file or in a manifest, it is
   * refused. A digest alone replaces tag and digest. NAME:TAG@DIGEST sets both: kustomize renders both, and what runs
   * is the digest.
   *
   * Fails with IMAGE_NAME_INVALID, TAG_INVALID or DIGEST_INVALID outside the OCI grammar; with IMAGE_NOT_FOUND when the
   * overlay renders no such image, naming those it does; with DIGEST_PINNED when a tag would unpin a digest;
   * with PATH_OUTSIDE_SOURCE, KUSTOMIZATION_NOT_FOUND or KUSTOMIZATION_INVALID on the overlay; with BUMP_CHANGED_MORE
   * when other fields than these images would be rendered differently; with TOOL_FAILED and kustomize's own words when
   * it cannot render; with REPORT_TOO_LARGE or REPORT_MALFORMED on more than 32 MiB of manifests, or none that are YAML.
   * The same arguments give the same result, so it is cached. Writes to nothing but the directory that it returns.
   * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
   *
   * @param source the folder that holds the overlay and all its bases; smaller is faster
   * @param overlay the overlay's folder, relative to source, e.g. k8s/overlays/staging
   * @param images what to set: NAME:TAG, NAME@DIGEST, NAME:TAG@DIGEST, or NAME=NEWNAME in place of NAME
   * @param replaceDigest lets a tag alone take the place of a pinned digest; false by default
   * @returns source with that one kustomization file changed, or as it was if all images are set already
   */
  @func()
  async setImages(
    source: Directory,
    overlay: string,
    images: string[],
    replaceDigest: boolean = false,
  ): Promise<Directory> {
    const requests = parseRequests(images);
    const file = await openKustomization(source, overlay);
    const edit = setImages(file, requests, replaceDigest);
    const edited = await written(source, file, edit.text);
    const [before, after] = await Promise.all([this.rendered(source, file), this.rendered(edited, file)]);
    checkPresence(before, edit.targets, renames(file));
    compare(before, after, edit.targets);
    return edited;
  }

  /**
   * Sets images as `setImages` does, and renders nothing: what the overlay comes to is for the caller to look at. Fails
   * as `setImages` does, but for IMAGE_NOT_FOUND, BUMP_CHANGED_MORE and TOOL_FAILED. Cached by content.
   *
   * @param source the folder that holds the overlay
   * @param overlay the overlay's folder, relative to source
   * @param images as in `setImages`
   * @param replaceDigest lets a tag alone take the place of a digest pinned in the file; false by default
   * @returns source with that one kustomization file changed, or as it was if all images are set already
   */
  @func()
  async edit(
    source: Directory,
    overlay: string,
    images: string[],
    replaceDigest: boolean = false,
  ): Promise<Directory> {
    const file = await openKustomization(source, overlay);
    return written(source, file, setImages(file, parseRequests(images), replaceDigest).text);
  }

  /**
   * Sets an image in a file of Helm values, at a path: the file is edited by its syntax tree, so that every other byte
   * stays. Text there is the whole reference, or under a key `tag` TAG@DIGEST; a mapping has `repository` and gets
   * `digest` and `tag`. Fails with PATH_NOT_FOUND when nothing is there, with IMAGE_NOT_FOUND when another image is, with
   * MANIFEST_INVALID on what cannot be edited safely, with PATH_OUTSIDE_SOURCE on a path that leads out.
   * https://helm.sh/docs/chart_best_practices/values/
   *
   * @param source the folder that holds the file
   * @param file the file, relative to source
   * @param path where the image stands, such as orders.image or jobs[0].image
   * @param image NAME@DIGEST or NAME:TAG@DIGEST
   */
  @func()
  async setValues(source: Directory, file: string, path: string, image: string): Promise<Directory> {
    const request = parsePinned(image);
    return edited(source, file, (name, text) => setValues(name, text, path, request));
  }

  /**
   * Sets images wherever the manifests of a file name them: the file is edited by its syntax tree, so that every other
   * byte stays. Fails with IMAGE_NOT_FOUND, naming those that there are, with MANIFEST_INVALID on what cannot be edited
   * safely, with PATH_OUTSIDE_SOURCE on a path that leads out.
   *
   * @param source the folder that holds the file
   * @param file the file of one or more YAML documents, relative to source
   * @param images each as NAME@DIGEST or NAME:TAG@DIGEST
   */
  @func()
  async setManifest(source: Directory, file: string, images: string[]): Promise<Directory> {
    const requests = images.map(parsePinned);
    return edited(source, file, (name, text) => setManifest(name, text, requests));
  }

  /** The program itself, for a container of the caller's. */
  @func()
  program(): File {
    return dag.container().from(this.image).file("/app/kustomize");
  }

  /**
   * Renders an overlay with `kustomize build`. Fails with PATH_OUTSIDE_SOURCE, KUSTOMIZATION_NOT_FOUND or
   * KUSTOMIZATION_INVALID on the overlay, with TOOL_FAILED and kustomize's words when it cannot render: it has no
   * network, no git, no Helm and no plugins, and reads no file outside the overlay's and its bases' folders. Cached by
   * content.
   * https://kubectl.docs.kubernetes.io/references/kustomize/cmd/build/
   *
   * @param source the folder that holds the overlay and all its bases
   * @param overlay the overlay's folder, relative to source
   * @returns the manifests, one YAML stream
   */
  @func()
  async build(source: Directory, overlay: string): Promise<File> {
    return this.render(source, await openKustomization(source, overlay));
  }

  /**
   * Shows what differs between two renderings of an overlay, and that it is only image fields: `image`, keys ending in
   * `Image`, and image volumes. Fails with BUMP_CHANGED_MORE, naming the fields, when anything else differs; otherwise
   * as `build` does. Cached by content.
   *
   * @param before the source before the change
   * @param after the source after it
   * @param overlay the overlay's folder, relative to both
   * @param images what was asked for, as in setImages: only that may differ then; any image may by default
   * @returns one line a field, such as apps/v1 Deployment shop/orders spec…image: orders:1 → orders:2
   */
  @func()
  async verify(before: Directory, after: Directory, overlay: string, images: string[] = []): Promise<string> {
    const [old, now] = await Promise.all([
      openKustomization(before, overlay),
      openKustomization(after, overlay),
    ]);
    const targets = images.length > 0 ? setImages(old, parseRequests(images), true).targets : undefined;
    const [was, is] = await Promise.all([this.rendered(before, old), this.rendered(after, now)]);
    return report(compare(was, is, targets));
  }

  private async rendered(source: Directory, file: Kustomization): Promise<string> {
    const manifests = await this.render(source, file);
    const bytes = await manifests.size();
    if (bytes > mostBytes) {
      throw codedError(
        "REPORT_TOO_LARGE",
        `kustomize renders ${bytes} bytes from ${file.path}`,
        `Split the overlay: at most ${mostBytes} bytes are compared.`,
      );
    }
    return manifests.contents();
  }

  private async render(source: Directory, file: Kustomization): Promise<File> {
    // Run inside the overlay's folder: as an argument, a path such as github.com/a/b would be taken for a repository.
    const folder = file.path.split("/").slice(0, -1);
    const manifests = this.tool()
      .withMountedDirectory("/src", source)
      .withWorkdir(["/src", ...folder].join("/"))
      .withExec([
        "/usr/local/bin/kustomize",
        "build",
        "--load-restrictor=LoadRestrictionsRootOnly",
        "--output=/manifests.yaml",
        ".",
      ])
      .file("/manifests.yaml");
    try {
      return await manifests.sync();
    } catch (error) {
      throw isExecError(error)
        ? codedError(
            "TOOL_FAILED",
            `kustomize build of ${file.path} ended with exit code ${error.exitCode}: ${lastLines(error.stderr)}`,
            "Mend the overlay until `kustomize build` renders it.",
          )
        : error;
    }
  }

  private tool(): Container {
    // A base's base may still be a URL: kustomize then fails on this proxy, and its message says why.
    const nowhere = "http://remote-bases-are-refused.invalid:9";
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/kustomize", this.program())
      .withEnvVariable("HTTP_PROXY", nowhere)
      .withEnvVariable("HTTPS_PROXY", nowhere);
  }
}

// The message of an ExecError says no more than the exit code, and only the message leaves a module. Told by its
// fields, since the SDK that a module is given at run time does not export the class.
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error && "exitCode" in error && "stderr" in error && typeof error.stderr === "string"
  );
}

const linkRemedy = "Name the real folder, and keep the kustomization file itself in it.";

async function openKustomization(source: Directory, overlay: string): Promise<Kustomization> {
  const segments = overlaySegments(overlay);
  await refuseLinks(source, pathsTo(segments), linkRemedy);
  const folder = segments.join("/");
  const there = folder === "" || (await source.exists(folder, { expectedType: ExistsType.DirectoryType }));
  const entries = !there ? [] : await (folder === "" ? source : source.directory(folder)).entries();
  const path = [...segments, kustomizationFile(overlay, entries)].join("/");
  await refuseLinks(source, [path], linkRemedy);
  return parseKustomization(path, await source.file(path).contents());
}

async function written(source: Directory, file: Kustomization, text: string): Promise<Directory> {
  if (text === file.text) return source;
  const permissions = await source.stat(file.path).permissions();
  return source.withNewFile(file.path, text, { permissions });
}
