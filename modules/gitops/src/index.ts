import { createHash, randomUUID } from "node:crypto";
import {
  CacheSharingMode,
  Container,
  Directory,
  dag,
  File,
  func,
  object,
  Secret,
  Service,
} from "@dagger.io/dagger";
import { type Author, parseAuthor } from "./author.ts";
import { checkoutScript } from "./checkout-script.ts";
import { codedError, lastLines, shown } from "./errors.ts";
import { failureIn, unfetched, unpushed } from "./failure.ts";
import { gitConfig, helper } from "./git-config.ts";
import { checkBranch, type Location, parseLocation } from "./location.ts";
import { pushScript } from "./push-script.ts";
import { parseRenders, type Render } from "./render.ts";

/** Pinned here and nowhere else. */
export const pins = { image: "alpine/git:v2.49.1" };

/**
 * Commits to a branch of a remote repository and pushes, however many do so at the same time: a lost race is fetched,
 * the same change made anew on the new tip, and pushed again; never by force.
 */
@object()
export class Gitops {
  private image: string;
  private username: string;
  private password?: Secret;
  private sshKey?: Secret;
  private knownHosts?: File;
  private ca?: File;
  private signingKey?: Secret;
  private signingFormat: string;
  private passphrase?: Secret;
  private service?: Service;
  private deadline: number;

  /**
   * @param image image with git, ssh, flock and a shell on PATH
   * @param username who logs in over https
   * @param password that user's password or token
   * @param sshKey private key for ssh
   * @param knownHosts the hosts' keys as in ~/.ssh/known_hosts; no other host is trusted over ssh
   * @param ca certificates (PEM) of own authorities, trusted besides the usual ones
   * @param signingKey private key that signs commits; none are signed without it
   * @param signingFormat what that key is: ssh or openpgp
   * @param passphrase passphrase of the signing key, where it has one
   * @param service the server, where only the caller can reach it; it is bound under the host's name in the URL
   * @param deadline how many seconds are spent on attempts
   */
  constructor(
    image: string = pins.image,
    username: string = "",
    password?: Secret,
    sshKey?: Secret,
    knownHosts?: File,
    ca?: File,
    signingKey?: Secret,
    signingFormat: string = "ssh",
    passphrase?: Secret,
    service?: Service,
    deadline: number = 120,
  ) {
    this.image = image;
    this.username = username;
    this.password = password;
    this.sshKey = sshKey;
    this.knownHosts = knownHosts;
    this.ca = ca;
    this.signingKey = signingKey;
    this.signingFormat = signingFormat;
    this.passphrase = passphrase;
    this.service = service;
    this.deadline = deadline;
    if (signingFormat !== "ssh" && signingFormat !== "openpgp") {
      throw codedError(
        "ARGUMENT_INVALID",
        `there is no signing format ${shown(signingFormat)}`,
        "Use ssh or openpgp.",
      );
    }
    if (username !== "" && !/^[^\p{Cc}]+$/u.test(username)) {
      throw codedError(
        "ARGUMENT_INVALID",
        "the username has control characters",
        "Look at where it comes from.",
      );
    }
  }

  /**
   * Fetches a branch, without the contents of its past, and lays its files out in /tree. Prints `done`, the commit's id,
   * and `ahead` where the commit is one of `head` that `branch` does not hold.
   *
   * Fails with REPOSITORY_NOT_FOUND, REPOSITORY_DENIED, REPOSITORY_EMPTY, BRANCH_NOT_FOUND or HOST_UNTRUSTED at once,
   * with REPOSITORY_UNREACHABLE when attempts over the whole deadline met no server that answers. Never cached.
   *
   * @param repository https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH
   * @param branch the branch
   * @param head a branch to go on with instead where there is one, and to push to; branch itself by default
   * @param moment runs that give the same text share one checkout on an engine, so that fifty at once do not fetch
   *   fifty times; each has its own by default
   */
  @func({ cache: "never" })
  async checkout(
    repository: string,
    branch: string,
    head: string = "",
    moment: string = "",
  ): Promise<Container> {
    const location = parseLocation(repository);
    checkBranch(branch);
    if (head !== "") checkBranch(head);
    const prepared = dag.container().from(this.image).withNewFile("/slipway/repository", repository);
    const seconds = String(Math.max(0, Math.floor(this.deadline)));
    const opened = await this.open(location, prepared, moment || randomUUID());
    const done = opened.withExec(["sh", "-c", checkoutScript, "checkout", branch, head, seconds]);
    const failure = failureIn(await this.ran(done));
    if (failure) throw unfetched(failure, location, branch);
    return done;
  }

  /**
   * Commits changed files on top of what was checked out, and pushes. Prints the outcome, and on the next line what
   * belongs to it; nothing but `pushed` writes:
   *
   * - `pushed`, the commit's id;
   * - `unchanged`: the files are so already; the newest commit that set one of the places, or the branch's tip;
   * - `newer`: commits that set the same places from a newer source, each as a line of its id after the character U+0001
   *   and lines of its trailers;
   * - `conflict`: what came meanwhile touches the same, so check out and change anew;
   * - `doubt`: `renders` below.
   *
   * Fails with BRANCH_PROTECTED, REPOSITORY_DENIED, PUSH_REFUSED or SIGNING_FAILED at once, with PUSH_TIMED_OUT when the
   * deadline, counted from the checkout on, passed in lost races or without an answer. Writes to the repository; never
   * cached. A push whose answer was lost is found to be done, and not done again.
   *
   * @param checkout what `checkout` returned
   * @param changes the changed files alone, at their paths
   * @param message the commit's message, with its trailers
   * @param places what the commit sets, each as NAME PATH; a commit that came meanwhile and sets one of them is a conflict
   * @param author the commit's author as NAME <EMAIL>
   * @param renders overlays that kustomize renders before and after: a JSON list of {overlay, references}. When they do
   *   not differ in these references alone, each under the name it had, the outcome is `doubt` and nothing is written
   * @param kustomize the program that renders them
   */
  @func({ cache: "never" })
  async push(
    checkout: Container,
    changes: Directory,
    message: string,
    places: string[] = [],
    author: string = "Slipway <slipway@localhost>",
    renders: string = "[]",
    kustomize?: File,
  ): Promise<Container> {
    const { name, email } = parseAuthor(author);
    const [repository, state] = await Promise.all([
      checkout.file("/slipway/repository").contents(),
      checkout.file("/slipway/state").contents(),
    ]);
    const location = parseLocation(repository);
    const [target = ""] = state.split("\n");
    const queue = createHash("sha256").update(`${location.url} ${target}`).digest("hex").slice(0, 32);
    const asked = parseRenders(renders);
    let ready = (await this.open(location, checkout, randomUUID(), { name, email }))
      .withMountedDirectory("/changes", changes)
      .withNewFile("/slipway/message", message)
      .withNewFile("/slipway/set", places.map((place) => `${place}\n`).join(""))
      .withMountedCache("/queue", dag.cacheVolume(`slipway-gitops-${queue}`), {
        sharing: CacheSharingMode.Shared,
      });
    if (kustomize && asked.length > 0) {
      ready = ready
        .withMountedFile("/slipway/kustomize", kustomize)
        .withMountedDirectory("/slipway/renders", rendersFolder(asked));
    }
    const done = ready.withExec(["sh", "-c", pushScript, "push"]);
    const failure = failureIn(await this.ran(done));
    if (failure) throw unpushed(failure, location, target, this.deadline);
    return done;
  }

  /** Adds what opens the repository, and what makes this run one of its own. */
  private async open(
    location: Location,
    container: Container,
    run: string,
    committer?: Author,
  ): Promise<Container> {
    const { scheme, host } = location;
    const http = scheme === "http" || scheme === "https";
    const secrets: [string, Secret | undefined][] = [
      ["password", http ? this.password : undefined],
      ["ssh-key", scheme === "ssh" ? this.sshKey : undefined],
      ["signing-key", committer && this.signingKey],
      ["passphrase", committer && this.passphrase],
    ];
    let open = container
      .withMountedTemp("/scratch")
      .withNewFile("/slipway/gitconfig", this.settings(location, committer))
      .withEnvVariable("SLIPWAY_RUN", run);
    for (const [name, secret] of secrets) {
      if (secret) open = open.withMountedSecret(`/run/secrets/${name}`, secret);
    }
    if (this.ca) open = open.withMountedFile("/run/slipway/ca.pem", this.ca);
    if (this.knownHosts) open = open.withMountedFile("/run/slipway/known-hosts", this.knownHosts);
    // Kept until the session ends: engines of 0.19 break down where a port of the caller's is bound again just as it is let go.
    return this.service ? open.withServiceBinding(host, await this.service.start()) : open;
  }

  private settings({ url, scheme }: Location, committer?: Author): string {
    const login = this.password !== undefined && (scheme === "http" || scheme === "https");
    return gitConfig({
      "remote.origin.url": url,
      [`protocol.${scheme}.allow`]: "always",
      ...(login
        ? {
            [`credential.${new URL(url).origin}.helper`]: helper,
            [`credential.${new URL(url).origin}.username`]: this.username,
            "http.proactiveAuth": "basic",
          }
        : {}),
      ...(committer ? { "user.name": committer.name, "user.email": committer.email } : {}),
      ...(this.signingKey ? { "gpg.format": this.signingFormat } : {}),
    });
  }

  /** What a script printed. */
  private async ran(done: Container): Promise<string> {
    try {
      return await done.stdout();
    } catch (error) {
      if (!isExecError(error)) throw error;
      throw codedError(
        "TOOL_FAILED",
        `git ended with exit code ${error.exitCode}: ${lastLines(error.stderr)}`,
        "Look at what it says; the image has to have sh, git, awk, grep, od and xargs.",
      );
    }
  }
}

// The message of an ExecError says no more than the exit code, and only the message leaves a module. Told by its
// fields, since the SDK that a module is given at run time does not export the class.
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error && "exitCode" in error && "stderr" in error && typeof error.stderr === "string"
  );
}

function rendersFolder(renders: readonly Render[]): Directory {
  return renders.reduce(
    (dir, { overlay, references }, at) =>
      dir
        .withNewFile(`${at}/overlay`, overlay)
        .withNewFile(`${at}/references`, references.map((reference) => `${reference}\n`).join("")),
    dag.directory(),
  );
}
