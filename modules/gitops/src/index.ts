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
import { checkSettings } from "./check-settings.ts";
import { checkoutScript } from "./checkout-script.ts";
import { failureIn, unfetched, unpushed } from "./failure.ts";
import { configOf } from "./git-config.ts";
import { containsScript, settersScript, treeScript } from "./history-script.ts";
import { checkBranch, checkCommit, type Location, parseLocation } from "./location.ts";
import { printedBy } from "./printed.ts";
import { pushScript } from "./push-script.ts";
import { parseRenders } from "./render.ts";
import { rendersFolder } from "./renders-folder.ts";

/** Pinned here only. */
export const pins = { image: "alpine/git:v2.49.1" };

/**
 * Commits files to a branch of a remote repository and pushes them, without force.
 *
 * Many calls may push to one branch at the same time. When another push comes first, this one fetches it, applies the
 * same change to the new tip, and pushes again.
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
   * @param image image with git, ssh, flock, a shell and its usual tools on PATH; for openpgp also gpg
   * @param username name to log in with, over http and https
   * @param password password or token of that user
   * @param sshKey private key to log in with, over ssh
   * @param knownHosts keys of the hosts as in ~/.ssh/known_hosts; over ssh, no other host is trusted
   * @param ca certificates (PEM) of private authorities, trusted in addition to the public ones
   * @param signingKey private key that signs commits; default: commits are not signed
   * @param signingFormat format of the signing key: ssh or openpgp
   * @param passphrase passphrase of the signing key; default: it has none
   * @param service the server, if only the caller can reach it; it gets the host name of the URL
   * @param deadline seconds for all attempts, counted from the checkout; default: 120
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
    checkSettings(username, signingFormat);
  }

  /**
   * Fetches a branch without the contents of its history, and writes its files to /tree.
   *
   * Returns the container. It prints `done`, the commit's id, and `ahead` if head has commits that branch does not
   * have; each on a line. Reports: /reports/outcome with `done`, /reports/tip with the commit's id.
   *
   * Fails at once with ARGUMENT_INVALID, REPOSITORY_NOT_FOUND, REPOSITORY_DENIED, REPOSITORY_EMPTY, BRANCH_NOT_FOUND
   * or HOST_UNTRUSTED. Fails with REPOSITORY_UNREACHABLE when the server does not answer before the deadline. Fails
   * with TOOL_FAILED when the image lacks a program. Never cached.
   * https://git-scm.com/docs/git-fetch
   *
   * @param repository https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH
   * @param branch the branch to fetch
   * @param head another branch to push to, for a pull request; if it exists and has commits of its own, the checkout
   *   is its tip. Default: branch
   * @param moment any text; calls with the same text share one checkout on an engine, so fifty calls need not fetch
   *   fifty times. Default: each call has its own
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
    const opened = await this.open(location, prepared, moment || randomUUID());
    const done = opened.withExec(["sh", "-c", checkoutScript, "checkout", branch, head, this.seconds()]);
    const failure = failureIn(await printedBy(done));
    if (failure) throw unfetched(failure, location, branch);
    return done;
  }

  /**
   * Commits changed files on top of a checkout, and pushes the commit.
   *
   * Returns the container. It prints the outcome, and then the details; only `pushed` writes to the repository:
   *
   * - `pushed`: the commit's id
   * - `unchanged`: the files already have these contents. Details: the id of the newest commit that set one of the
   *   places, else of the tip
   * - `newer`: others set the same places from a newer source. Details: for each of their commits, the character
   *   U+0001 with its id, then its trailers, each on a line
   * - `conflict`: others changed the same files since the checkout, and git cannot combine that. Check out and edit
   *   again
   * - `doubt`: kustomize could not render an overlay of renders, or more than the references would change
   *
   * Reports: /reports/outcome; with `pushed` and `unchanged`, /reports/commit with the id. If the answer to a push
   * was lost, the call finds the pushed commit and does not push again.
   *
   * Fails at once with ARGUMENT_INVALID, BRANCH_PROTECTED, BRANCH_NOT_FOUND, REPOSITORY_DENIED, REPOSITORY_NOT_FOUND,
   * HOST_UNTRUSTED, PUSH_REFUSED or SIGNING_FAILED. Fails with PUSH_TIMED_OUT when the deadline passes because other
   * pushes came first, or without an answer. Fails with TOOL_FAILED when git cannot read the branch's history. Never
   * cached.
   * https://git-scm.com/docs/git-push
   *
   * @param checkout the container that the function checkout returned
   * @param changes the new and changed files only, at their paths; it deletes no file
   * @param message the commit's message, with its trailers
   * @param places what the commit sets, each as NAME PATH. Another commit that set only these, from an older source,
   *   is overwritten
   * @param author author and committer, as NAME <EMAIL>
   * @param renders overlays that kustomize renders before and after the change: a JSON list of {overlay, references}.
   *   Only the references may change, and each must keep its name
   * @param kustomize the kustomize program; without it, nothing is rendered
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
    const failure = failureIn(await printedBy(done));
    if (failure) throw unpushed(failure, location, target, this.deadline);
    return done;
  }

  /**
   * Finds the newest commits of a checkout that set places, by their trailers.
   *
   * Returns `done`, and the id and the time in ISO 8601 of the newest commit that touched their paths, each on a line.
   * Then for each commit, newest first: the character U+0001 with its id, and its trailers. Fails with ARGUMENT_INVALID,
   * and with TOOL_FAILED when git cannot read the branch's history. Never cached.
   * https://git-scm.com/docs/git-interpret-trailers
   *
   * @param checkout the container that the function checkout returned
   * @param places each as NAME PATH, as in push
   */
  @func({ cache: "never" })
  async setters(checkout: Container, places: string[]): Promise<string> {
    const [ready, location] = await this.reopened(checkout);
    const asked = ready.withNewFile("/slipway/set", places.map((place) => `${place}\n`).join(""));
    const printed = await printedBy(asked.withExec(["sh", "-c", settersScript, "setters"]));
    const failure = failureIn(printed);
    if (failure) throw unpushed(failure, location, "", this.deadline);
    return printed;
  }

  /**
   * Tells whether a commit is another one, or part of its history.
   *
   * Returns `yes`, `no`, or `unknown` when the checkout lacks one. Fails with ARGUMENT_INVALID on another id. Never cached.
   * https://git-scm.com/docs/git-merge-base
   *
   * @param checkout the container that the function checkout returned
   * @param commit a full id
   * @param revision the full id of the commit whose history is searched
   */
  @func({ cache: "never" })
  async contains(checkout: Container, commit: string, revision: string): Promise<string> {
    for (const id of [commit, revision]) checkCommit(id);
    const [ready] = await this.reopened(checkout);
    const printed = await printedBy(
      ready.withExec(["sh", "-c", containsScript, "contains", commit, revision]),
    );
    return printed.trim();
  }

  /**
   * Writes the files of a commit in a checkout's history to /then.
   *
   * Returns the container. It prints `done` and the id of the commit, each on a line, or `none` when there is no such
   * commit. Fails as checkout does when the server does not have its files, and with ARGUMENT_INVALID. Never cached.
   * https://git-scm.com/docs/git-read-tree
   *
   * @param checkout the container that the function checkout returned
   * @param commit a full id
   * @param before whether the commit before that one is meant; default: false
   */
  @func({ cache: "never" })
  async tree(checkout: Container, commit: string, before: boolean = false): Promise<Container> {
    checkCommit(commit);
    const [ready, location] = await this.reopened(checkout);
    const asked = [commit, before ? "before" : "", this.seconds()];
    const done = ready.withExec(["sh", "-c", treeScript, "tree", ...asked]);
    const failure = failureIn(await printedBy(done));
    if (failure) throw unfetched(failure, location, "");
    return done;
  }

  /** The deadline as an argument of a script. */
  private seconds(): string {
    return String(Math.max(0, Math.floor(this.deadline)));
  }

  private async reopened(checkout: Container): Promise<readonly [Container, Location]> {
    const location = parseLocation(await checkout.file("/slipway/repository").contents());
    return [await this.open(location, checkout, randomUUID()), location];
  }

  /** Adds the credentials for the repository, and a variable that keeps the engine from reusing an earlier run. */
  private async open(
    location: Location,
    container: Container,
    run: string,
    committer?: Author,
  ): Promise<Container> {
    const { scheme, host } = location;
    const { username, password, signingKey, signingFormat } = this;
    const http = scheme === "http" || scheme === "https";
    const secrets: [string, Secret | undefined][] = [
      ["password", http ? password : undefined],
      ["ssh-key", scheme === "ssh" ? this.sshKey : undefined],
      ["signing-key", committer && signingKey],
      ["passphrase", committer && this.passphrase],
    ];
    let open = container
      .withMountedTemp("/scratch")
      .withNewFile(
        "/slipway/gitconfig",
        configOf(location, { username, password, signingKey, signingFormat }, committer),
      )
      .withEnvVariable("SLIPWAY_RUN", run);
    for (const [name, secret] of secrets) {
      if (secret) open = open.withMountedSecret(`/run/secrets/${name}`, secret);
    }
    if (this.ca) open = open.withMountedFile("/run/slipway/ca.pem", this.ca);
    if (this.knownHosts) open = open.withMountedFile("/run/slipway/known-hosts", this.knownHosts);
    // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
    // at the moment of its release.
    return this.service ? open.withServiceBinding(host, await this.service.start()) : open;
  }
}
