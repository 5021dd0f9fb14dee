import { Directory, File, func, object, Secret, Service } from "@dagger.io/dagger";
import { copied } from "./copy.ts";
import { run } from "./crane.ts";
import { asked, digestOf, digestsOf } from "./digest.ts";
import { codedError } from "./errors.ts";
import { contentsOf, damage, layoutFolder } from "./layout.ts";
import { parseImage, parseReference, parseRepository, parseTag } from "./reference.ts";
import { refusal } from "./refusal.ts";
import type { Access, Settings } from "./settings.ts";
import { tagged } from "./tag.ts";

/** Pinned here only. */
export const pins = {
  image: "gcr.io/go-containerregistry/crane:v0.22.1",
  base: "curlimages/curl:8.14.1",
};

/**
 * Pushes, tags and copies images in registries by their digest, with crane.
 *
 * A call tries again until the deadline after 5xx, 429, a cut or refused connection, or no answer. The waits are
 * random and grow. A refusal ends the call at once. Every function can run twice with the same result, and none is
 * cached.
 *
 * Every function fails with:
 * - REGISTRY_DENIED when the login does not permit the operation
 * - REGISTRY_UNTRUSTED when the registry's certificate is not trusted
 * - REGISTRY_UNREACHABLE when the registry does not answer before the deadline
 * - REGISTRY_FULL when the registry has no space
 * - REGISTRY_REFUSED when the registry refuses for another reason
 * - TOOL_FAILED when crane itself fails
 * - IMAGE_NAME_INVALID, DIGEST_INVALID or TAG_INVALID on a name that the OCI grammar does not allow
 * - ARGUMENT_INVALID on an incomplete login, an invalid deadline or an invalid timeout
 */
@object()
export class Registry {
  private image: string;
  private base: string;
  private username: string;
  private password: Secret | undefined;
  private ca: File | undefined;
  private service: Service | undefined;
  private plainHttp: boolean;
  private deadline: number;
  private timeout: number;

  /**
   * @param image image with crane at /ko-app/crane
   * @param base image that crane runs in, with sh, timeout, base64 and root certificates
   * @param username name to log in with; default: no login
   * @param password password or token to log in with; a line break at its end is not part of it
   * @param ca certificates (PEM), trusted in addition to the public ones
   * @param service a service to reach the registry by: it replaces the host in the references, and listens on their
   *   port
   * @param plainHttp speaks HTTP with a registry without TLS, and accepts any certificate from one with TLS; default:
   *   false
   * @param deadline seconds, from the first failure on, within which the call is tried again; default: 120
   * @param timeout limit in seconds for one attempt; default: 600, and at most 60 for an attempt that sends no layers
   */
  constructor(
    image: string = pins.image,
    base: string = pins.base,
    username: string = "",
    password?: Secret,
    ca?: File,
    service?: Service,
    plainHttp: boolean = false,
    deadline: number = 120,
    timeout: number = 600,
  ) {
    this.image = image;
    this.base = base;
    this.username = username;
    this.password = password;
    this.ca = ca;
    this.service = service;
    this.plainHttp = plainHttp;
    this.deadline = deadline;
    this.timeout = timeout;
  }

  /**
   * Pushes an OCI image layout by its digest, without a tag.
   *
   * It does not send what the registry already has. Fails with LAYOUT_INVALID when the folder is not a layout, or
   * lists several images that are not one for each platform.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_push.md
   *
   * @param layout the folder of the layout, such as an unpacked Container.asTarball
   * @param repository the target, as REGISTRY[:PORT]/PATH
   * @returns the digest of the image, or of the index of several platforms: sha256:…
   */
  @func({ cache: "never" })
  async push(layout: Directory, repository: string): Promise<string> {
    const at = parseRepository(repository);
    const { digest, own } = await contentsOf(layout);
    const reference = `${at.name}@${digest}`;
    const doing = `push of ${reference}`;
    const ran = await run(this.settings(), {
      args: ["push", ...(own ? ["--index"] : []), layoutFolder, reference],
      reached: [{ at, by: this.access() }],
      reference,
      sends: true,
      input: (tool) => tool.withMountedDirectory(layoutFolder, layout),
    });
    if (ran.exitCode !== 0) throw damage(ran) ?? refusal(doing, ran);
    return digest;
  }

  /**
   * Looks up the digest of a reference.
   *
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_digest.md
   *
   * @param reference NAME:TAG or NAME@DIGEST
   * @returns sha256:…, or an empty text if the registry does not have it
   */
  @func({ cache: "never" })
  async digest(reference: string): Promise<string> {
    const at = parseReference(reference);
    return digestOf(this.settings(), { at, by: this.access() }, at.reference);
  }

  /**
   * Looks up the digests of several references at the same time, in one container.
   *
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_digest.md
   *
   * @param references each as NAME:TAG or NAME@DIGEST
   * @returns for each reference, in the same order: sha256:…, or an empty text if the registry does not have it
   */
  @func({ cache: "never" })
  async digests(references: string[]): Promise<string[]> {
    const by = this.access();
    const sought = references.map((each) => {
      const at = parseReference(each);
      return { reached: { at, by }, reference: at.reference };
    });
    return digestsOf(this.settings(), sought);
  }

  /**
   * Reads the manifest of a reference, or the index of several platforms.
   *
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_manifest.md
   *
   * @param reference NAME:TAG or NAME@DIGEST
   * @returns JSON, or an empty text if the registry does not have it
   */
  @func({ cache: "never" })
  async manifest(reference: string): Promise<string> {
    const at = parseReference(reference);
    return (await asked(this.settings(), { at, by: this.access() }, "manifest", at.reference)) ?? "";
  }

  /**
   * Tags an image.
   *
   * A tag that exists does not move unless movable is set. If it points to another digest, the call fails with
   * TAG_TAKEN. Fails with IMAGE_NOT_FOUND when the registry does not have the image.
   *
   * Registries cannot compare and set a tag in one step. So the function reads the tag back, to detect that another
   * call set it at the same moment. Only a registry's own rule against overwriting closes the gap that remains.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_copy.md
   *
   * @param image NAME@DIGEST, which is in the registry
   * @param tag the tag
   * @param movable moves the tag from another digest, as for latest or a branch; default: false
   * @returns `made`, `moved`, or `there` if the tag already pointed to the image
   */
  @func({ cache: "never" })
  tag(image: string, tag: string, movable: boolean = false): Promise<string> {
    const at = parseImage(image);
    return tagged(this.settings(), { at, by: this.access() }, at.digest, parseTag(tag), movable);
  }

  /**
   * Copies an image by its digest to another repository, with its signatures, and compares the copies.
   *
   * It also copies what cosign stores in tags named after the digest, and after the digest of each platform:
   * signatures, attestations and SBOMs. It does not send what the target already has. If such a tag differs at the
   * target, it is set to the digest at the source.
   *
   * Fails with IMAGE_NOT_FOUND when the source does not have the image, and with COPY_DIFFERS when the copy differs.
   * Fails with REPORT_MALFORMED on an invalid manifest, and with ARGUMENT_INVALID when --plain-http differs for the
   * two registries.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_copy.md
   *
   * @param image NAME@DIGEST, in the registry that the constructor reaches
   * @param to the target repository; for the same registry, the constructor's login and settings apply instead of
   *   those below
   * @param username name to log in with at the target; default: no login
   * @param password password or token to log in with at the target
   * @param ca certificates (PEM), trusted for the target in addition to the public ones
   * @param service a service that replaces the target's host
   * @param plainHttp as in the constructor; must be the same for both registries
   * @returns the digest
   */
  @func({ cache: "never" })
  async copy(
    image: string,
    to: string,
    username: string = "",
    password?: Secret,
    ca?: File,
    service?: Service,
    plainHttp: boolean = false,
  ): Promise<string> {
    const [from, target] = [parseImage(image), parseRepository(to)];
    const own = this.access();
    const other = from.registry === target.registry ? own : { username, password, ca, service, plainHttp };
    if (own.plainHttp !== other.plainHttp) {
      throw codedError(
        "ARGUMENT_INVALID",
        `plain-http is set for only one of ${from.registry} and ${target.registry}`,
        "Set --plain-http for both or for neither: with it, crane trusts any certificate of both registries.",
      );
    }
    await copied(this.settings(), { at: from, by: own }, { at: target, by: other }, from.digest);
    return from.digest;
  }

  private settings(): Settings {
    const { image, base, deadline, timeout } = this;
    if (deadline >= 0 && timeout >= 1) return { image, base, deadline, timeout };
    throw codedError(
      "ARGUMENT_INVALID",
      `deadline is ${deadline} and timeout is ${timeout} seconds, which leaves no time for an attempt`,
      "Set --deadline to 0 or more, and --timeout to 1 or more.",
    );
  }

  private access(): Access {
    const { username, password, ca, service, plainHttp } = this;
    return { username, password, ca, service, plainHttp };
  }
}
