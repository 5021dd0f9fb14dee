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

/** Pinned here and nowhere else. */
export const pins = {
  image: "gcr.io/go-containerregistry/crane:v0.22.1",
  base: "curlimages/curl:8.14.1",
};

/**
 * Brings images into a registry by their digest, tags them and copies them to further registries, with crane. What
 * may pass by itself (5xx, 429, cut and refused connections, no answer) is tried again after growing, random waits, until
 * the deadline; a refusal is not. Each verb can be run twice with one effect.
 *
 * Every verb fails with REGISTRY_DENIED when the login may not do it, REGISTRY_UNTRUSTED when the registry's certificate
 * is not trusted, REGISTRY_UNREACHABLE when it could not be reached until the deadline, REGISTRY_FULL when it has no room,
 * REGISTRY_REFUSED when it says no for another reason, TOOL_FAILED when crane breaks down; with IMAGE_NAME_INVALID,
 * DIGEST_INVALID or TAG_INVALID on a name outside the OCI grammar. None is ever cached.
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
   * @param base image that crane runs in, with root certificates and timeout
   * @param username name to log in with; anonymous without
   * @param password password or token to log in with; a line break at its end is not part of it
   * @param ca certificates (PEM) to trust besides the public ones
   * @param service where the registry is, in place of the host that references name: what it listens on has their port
   * @param plainHttp speaks HTTP where the registry does not speak TLS, and trusts any certificate where it does
   * @param deadline seconds, from the first failure on, within which an attempt is followed by another; 120 by default
   * @param timeout seconds that one attempt may take; 600 by default, and 60 at most for what sends no layers
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
   * Pushes an OCI image layout by its digest, without a tag; what the registry has already is not sent. Fails with
   * LAYOUT_INVALID on a folder that is no layout, or lists several images that are not one for each platform.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_push.md
   *
   * @param layout the layout's folder, as Container.asTarball gives it unpacked
   * @param repository where to, as REGISTRY[:PORT]/PATH
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
   * Asks for the digest that a reference stands for.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_digest.md
   *
   * @param reference NAME:TAG or NAME@DIGEST
   * @returns sha256:…, empty when the registry has none there
   */
  @func({ cache: "never" })
  async digest(reference: string): Promise<string> {
    const at = parseReference(reference);
    return digestOf(this.settings(), { at, by: this.access() }, at.reference);
  }

  /**
   * Asks for the digests that several references stand for, side by side in one container.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_digest.md
   *
   * @param references NAME:TAG or NAME@DIGEST
   * @returns for each, in their order: sha256:…, empty when the registry has none there
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
   * Reads the manifest that a reference stands for, or the index of several platforms.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_manifest.md
   *
   * @param reference NAME:TAG or NAME@DIGEST
   * @returns JSON, empty when the registry has none there
   */
  @func({ cache: "never" })
  async manifest(reference: string): Promise<string> {
    const at = parseReference(reference);
    return (await asked(this.settings(), { at, by: this.access() }, "manifest", at.reference)) ?? "";
  }

  /**
   * Gives an image a tag. A tag does not move unless it is said to: the same digest is a no-op, another is TAG_TAKEN.
   * Registries cannot compare and set in one: two tags at the same moment are told apart by reading the tag back, which
   * leaves a gap that only a registry's own rule against overwriting closes. Fails with IMAGE_NOT_FOUND without the image.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_copy.md
   *
   * @param image NAME@DIGEST, which is in the registry
   * @param tag the tag
   * @param movable takes the tag from another digest, as for latest or a branch; false by default
   * @returns made, there when it was so already, or moved
   */
  @func({ cache: "never" })
  tag(image: string, tag: string, movable: boolean = false): Promise<string> {
    const at = parseImage(image);
    return tagged(this.settings(), { at, by: this.access() }, at.digest, parseTag(tag), movable);
  }

  /**
   * Copies an image by its digest to another repository, with what cosign keeps beside it in tags named after its digest
   * (signatures, attestations, SBOMs; of each platform too), and compares. What is there already is not sent; such a tag
   * that differs is set to what it is at the source. Fails with IMAGE_NOT_FOUND without the image, with COPY_DIFFERS when
   * the copy is not what was copied.
   * https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_copy.md
   *
   * @param image NAME@DIGEST, reached as the constructor says
   * @param to the other repository; a registry of the same host is reached in the same way, whatever is said below
   * @param username name to log in with there; anonymous without
   * @param password password or token to log in with there
   * @param ca certificates (PEM) to trust there besides the public ones
   * @param service where that registry is, in place of the host that its name says
   * @param plainHttp as in the constructor; has to be the same for both
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
        `Of ${from.registry} and ${target.registry}, one is said to do without TLS`,
        "Copy between two of a kind: crane would trust any certificate of the one that has TLS.",
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
      `A deadline of ${deadline} and a timeout of ${timeout} seconds leave no time`,
      "Give a deadline of 0 or more and a timeout of 1 or more.",
    );
  }

  private access(): Access {
    const { username, password, ca, service, plainHttp } = this;
    return { username, password, ca, service, plainHttp };
  }
}
