import { Container, Directory, dag, ExistsType, File, func, object } from "@dagger.io/dagger";
import { compare, report } from "./comparison.ts";
import { renames, setImages } from "./edit.ts";
import { codedError } from "./errors.ts";
import { failure } from "./failure.ts";
import { type Kustomization, parseKustomization } from "./kustomization.ts";
import { refuseLinks } from "./links.ts";
import { setManifest } from "./manifest.ts";
import { mostBytes } from "./manifests.ts";
import { kustomizationFile, overlaySegments, pathsTo } from "./overlay.ts";
import { parsePinned, parseRequests } from "./reference.ts";
import { checkPresence, namesIn } from "./require-image.ts";
import { edited } from "./source-file.ts";
import { setValues } from "./values.ts";

/** Pinned here only. */
export const pins = {
  image: "registry.k8s.io/kustomize/kustomize:v5.8.2",
  base: "gcr.io/distroless/static-debian12",
  helm: "alpine/helm:3.22.0",
};

/**
 * Sets images in Kustomize overlays, manifests and Helm values, and shows that nothing else changed.
 *
 * It edits files by their syntax tree, so that comments, order, anchors, quotes and line ends stay. For an overlay,
 * the real kustomize renders before and after the edit. Everything must be in the source, also Helm charts: bases by
 * URL and plugins are refused.
 */
@object()
export class Kustomize {
  private image: string;
  private base: string;
  private helm: string;
  private loadRestrictor: string;

  /**
   * @param image image with kustomize at /app/kustomize
   * @param base image that kustomize runs in; needs no shell
   * @param helm image with Helm at /usr/bin/helm, for overlays with helmCharts
   * @param loadRestrictor LoadRestrictionsNone: an overlay may read files of the source outside of its folder
   */
  constructor(
    image: string = pins.image,
    base: string = pins.base,
    helm: string = pins.helm,
    loadRestrictor: string = "LoadRestrictionsRootOnly",
  ) {
    this.image = image;
    this.base = base;
    this.helm = helm;
    this.loadRestrictor = loadRestrictor;
  }

  /**
   * Sets images in an overlay's kustomization file, and checks with kustomize that nothing else changed.
   *
   * A tag alone keeps newName and replaces the tag. It is refused if a digest is pinned, in the file or in a
   * manifest. A digest alone replaces tag and digest. NAME:TAG@DIGEST sets both: kustomize renders both, and the
   * digest decides what runs. An image that the overlay renders and the file does not list gets an entry. NAME is the
   * name in the manifests, or the newName that the file gives it.
   *
   * Fails with:
   * - ARGUMENT_INVALID without an image, or with one image twice
   * - IMAGE_NAME_INVALID, TAG_INVALID or DIGEST_INVALID on what the OCI grammar does not allow
   * - IMAGE_NOT_FOUND when the overlay does not render the image; the message lists those that it renders
   * - DIGEST_PINNED when a tag alone would replace a pinned digest
   * - PATH_OUTSIDE_SOURCE, KUSTOMIZATION_NOT_FOUND or KUSTOMIZATION_INVALID on the overlay
   * - BUMP_CHANGED_MORE when other fields would be rendered differently than these images and copies of their tags
   * - TOOL_FAILED and kustomize's own words when kustomize cannot render
   * - REPORT_TOO_LARGE above 32 MiB of manifests, REPORT_MALFORMED when they are not YAML
   *
   * It writes only to the directory that it returns. Cached: the same arguments give the same result.
   * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
   *
   * @param source a folder with the overlay and all its bases; a small folder is faster
   * @param overlay the overlay's folder, relative to source, e.g. k8s/overlays/staging
   * @param images what to set: NAME:TAG, NAME@DIGEST, NAME:TAG@DIGEST; to rename, NAME=NEWNAME instead of NAME
   * @param replaceDigest allows a tag alone to replace a pinned digest; default: false
   * @returns the source with that one file changed, or as it was if all images are set already
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
   * Lists the images that an overlay renders, by the names that set-images takes: of an entry with newName, both.
   *
   * Fails as build does; with REPORT_TOO_LARGE above 32 MiB of manifests, REPORT_MALFORMED when they are not YAML.
   * Cached by content.
   *
   * @param source a folder with the overlay and all its bases
   * @param overlay the overlay's folder, relative to source
   * @returns the names without tag and digest, in order, each once
   */
  @func()
  async images(source: Directory, overlay: string): Promise<string[]> {
    const file = await openKustomization(source, overlay);
    return namesIn(await this.rendered(source, file), renames(file));
  }

  /**
   * Sets images as set-images does, and renders nothing.
   *
   * The caller must check what the overlay renders. Fails as set-images does, except for errors of the rendering: an
   * image that the overlay does not render, other changes, or a failure of kustomize. Cached by content.
   *
   * @param source a folder with the overlay
   * @param overlay the overlay's folder, relative to source
   * @param images as in set-images
   * @param replaceDigest allows a tag alone to replace a digest that is pinned in the file; default: false
   * @returns the source with that one file changed, or as it was if all images are set already
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
   * Sets an image in a file of Helm values, and keeps every other byte of the file.
   *
   * If the path leads to a text, the text becomes the whole reference. Under a key `tag`, it becomes TAG@DIGEST;
   * under `digest`, the digest. If the path leads to a mapping, it must have `repository`; its `digest` and `tag` are
   * set. In a file of several documents, such as a HelmRelease beside its repository, one must have the path.
   *
   * Fails with:
   * - PATH_NOT_FOUND when the file or the path does not exist
   * - IMAGE_NOT_FOUND when another image is at the path
   * - MANIFEST_INVALID on a file that cannot be edited safely
   * - PATH_OUTSIDE_SOURCE on file, ARGUMENT_INVALID on path
   * - IMAGE_NAME_INVALID, TAG_INVALID or DIGEST_INVALID on image
   *
   * Cached by content.
   * https://helm.sh/docs/chart_best_practices/values/
   *
   * @param source a folder with the file
   * @param file the file, relative to source
   * @param path where the image stands in the values, such as orders.image or jobs[0].image
   * @param image NAME@DIGEST or NAME:TAG@DIGEST
   * @returns the source with that one file changed, or as it was
   */
  @func()
  async setValues(source: Directory, file: string, path: string, image: string): Promise<Directory> {
    const request = parsePinned(image);
    return edited(source, file, (name, text) => setValues(name, text, path, request));
  }

  /**
   * Sets images wherever a file's manifests name them, and keeps every other byte of the file.
   *
   * In an Argo CD Application, these are also kustomize.images and helm.parameters.
   *
   * Fails with:
   * - PATH_NOT_FOUND when the file does not exist
   * - IMAGE_NOT_FOUND when no manifest names the image; the message lists those that they name
   * - MANIFEST_INVALID on a file that cannot be edited safely
   * - PATH_OUTSIDE_SOURCE on file
   * - IMAGE_NAME_INVALID, TAG_INVALID or DIGEST_INVALID on an image
   *
   * Cached by content.
   * https://kubernetes.io/docs/concepts/containers/images/#image-names
   *
   * @param source a folder with the file
   * @param file a file of one or more YAML documents, relative to source
   * @param images each as NAME@DIGEST or NAME:TAG@DIGEST
   * @returns the source with that one file changed, or as it was
   */
  @func()
  async setManifest(source: Directory, file: string, images: string[]): Promise<Directory> {
    const requests = images.map(parsePinned);
    return edited(source, file, (name, text) => setManifest(name, text, requests));
  }

  /** Returns the kustomize program, for a container of your own. */
  @func()
  program(): File {
    return dag.container().from(this.image).file("/app/kustomize");
  }

  /**
   * Renders an overlay with `kustomize build`.
   *
   * kustomize has no network, no git and no plugins. By default it reads no file outside of the overlay's and its
   * bases' folders; charts under helmCharts may be elsewhere in the source. Fails with PATH_OUTSIDE_SOURCE,
   * KUSTOMIZATION_NOT_FOUND or KUSTOMIZATION_INVALID on the overlay. Fails with RENDERING_UNSUPPORTED when it needs a
   * plugin, or a chart that is not in the source. Fails with TOOL_FAILED and kustomize's own words when it cannot
   * render. Cached by content.
   * https://kubectl.docs.kubernetes.io/references/kustomize/cmd/build/
   *
   * @param source a folder with the overlay and all its bases
   * @param overlay the overlay's folder, relative to source
   * @returns the manifests, as one YAML stream
   */
  @func()
  async build(source: Directory, overlay: string): Promise<File> {
    return this.render(source, await openKustomization(source, overlay));
  }

  /**
   * Shows the differences between two renderings of an overlay, and that only image fields differ.
   *
   * Image fields are `image`, keys that end in `Image`, and those of image volumes. Fails with BUMP_CHANGED_MORE,
   * naming the fields, when anything else differs. Fails with IMAGE_NOT_FOUND when one of images is in no field that
   * kustomize sets. Otherwise fails as build does. Cached by content.
   *
   * @param before the source before the change
   * @param after the source after the change
   * @param overlay the overlay's folder, relative to both
   * @param images the only images that may differ, as in set-images; default: any image
   * @returns one line for each field, such as apps/v1 Deployment shop/orders spec…image: orders:1 → orders:2
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
        `kustomize renders ${bytes} bytes from ${file.path}, and the limit is ${mostBytes}`,
        "Split the overlay into smaller ones.",
      );
    }
    return manifests.contents();
  }

  private async render(source: Directory, file: Kustomization): Promise<File> {
    try {
      return await this.built(source, file, false);
    } catch (error) {
      if (!isExecError(error)) throw error;
      if (!error.stderr.includes("--enable-helm")) throw failure(file.path, error);
    }
    try {
      return await this.built(source, file, true);
    } catch (error) {
      throw isExecError(error) ? failure(file.path, error) : error;
    }
  }

  private built(source: Directory, file: Kustomization, withHelm: boolean): Promise<File> {
    // It runs inside the overlay's folder: kustomize would read an argument such as github.com/a/b as a repository.
    const folder = file.path.split("/").slice(0, -1);
    return this.tool(withHelm)
      .withMountedDirectory("/src", source)
      .withWorkdir(["/src", ...folder].join("/"))
      .withExec([
        "/usr/local/bin/kustomize",
        "build",
        // helmGlobals names the folder of the charts, which kustomize would then refuse to read.
        `--load-restrictor=${withHelm ? "LoadRestrictionsNone" : this.loadRestrictor}`,
        ...(withHelm ? ["--enable-helm", "--helm-command=/usr/local/bin/helm"] : []),
        "--output=/manifests.yaml",
        ".",
      ])
      .file("/manifests.yaml")
      .sync();
  }

  /** Without Helm as long as no overlay asks for it: its image may be large. */
  private tool(withHelm: boolean): Container {
    // A base of a base may still be a URL: kustomize then fails on this proxy, whose name tells why.
    const nowhere = "http://remote-bases-are-refused.invalid:9";
    const tool = dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/kustomize", this.program())
      .withEnvVariable("HTTP_PROXY", nowhere)
      .withEnvVariable("HTTPS_PROXY", nowhere);
    if (!withHelm) return tool;
    return tool.withFile("/usr/local/bin/helm", dag.container().from(this.helm).file("/usr/bin/helm"));
  }
}

// The message of an ExecError holds the exit code only, and only the message leaves a module. Recognized by its fields,
// because the SDK that a module gets at run time does not export the class.
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error && "exitCode" in error && "stderr" in error && typeof error.stderr === "string"
  );
}

const linkRemedy = "Set the path of the real folder, and keep the kustomization file itself in that folder.";

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
