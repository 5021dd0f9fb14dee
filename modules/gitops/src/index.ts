import { randomUUID } from "node:crypto";
import { Container, Directory, dag, File, func, object, Secret, Service } from "@dagger.io/dagger";
import { type Access, openedFor } from "./access.ts";
import { type Author, parseAuthor } from "./author.ts";
import { withChange } from "./change.ts";
import { checkSettings } from "./check-settings.ts";
import { checkoutScript } from "./checkout-script.ts";
import { withEntry } from "./entry.ts";
import { unfetched, unpushed } from "./failure.ts";
import { containsScript, settersScript, treeScript } from "./history-script.ts";
import { checkBranch, checkCommit, type Location, parseLocation } from "./location.ts";
import { pushScript } from "./push-script.ts";
import { ran } from "./ran.ts";
import { appendScript, recordBranch, recordScript } from "./record-script.ts";

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
    const opened = await openedFor(this.access(), location, prepared, moment || randomUUID());
    return ran(opened, checkoutScript, [branch, head, this.seconds()], (failure) =>
      unfetched(failure, location, branch),
    );
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
   * - `stale`: the environment has a newer entry of the record than the known one
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
   * @param entry an entry of the record: a JSON object with the key environment. It is pushed to the branch slipway/record
   *   with the commit, or neither is. Default: no entry
   * @param known the number of the environment's newest entry that the caller knows, 0 without any; default: -1,
   *   for any
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
    entry: string = "",
    known: number = -1,
  ): Promise<Container> {
    const [ready, location] = await this.reopened(checkout, parseAuthor(author));
    const [target = ""] = (await checkout.file("/slipway/state").contents()).split("\n");
    const change = { changes, message, places, renders, kustomize, entry, known };
    return ran(withChange(ready, `${location.url} ${target}`, change), pushScript, [], (failure) =>
      unpushed(failure, location, target, this.deadline),
    );
  }

  /**
   * Appends an entry to the record, a file on the branch slipway/record. Each entry has the hash of the one before in
   * its environment.
   *
   * Returns the container. It prints `pushed` and the id of the entry's commit, each on a line. Fails as push does, and
   * never writes to another branch. Never cached.
   *
   * @param checkout the container that the function checkout returned, of any branch
   * @param entry a JSON object with the key environment; number, previous and recorded are added
   * @param author author and committer, as NAME <EMAIL>
   */
  @func({ cache: "never" })
  async append(
    checkout: Container,
    entry: string,
    author: string = "Slipway <slipway@localhost>",
  ): Promise<Container> {
    const [ready, location] = await this.reopened(checkout, parseAuthor(author));
    return ran(withEntry(ready, entry), appendScript, [this.seconds()], (failure) =>
      unpushed(failure, location, recordBranch, this.deadline),
    );
  }

  /**
   * Reads the record, and the commits of a checkout that name its entries. It trusts none of it.
   *
   * Returns the container. It prints `done` and the id of the record's newest commit, each on a line, or `none` when
   * the repository has no record. Reports: the commits that name entries, in /reports/anchors. With `done` also:
   *
   * - /reports/tree: the output of git ls-tree -r -z, in base64
   * - /reports/entries: that of git cat-file --batch for these files, in base64
   * - /reports/changed: what is other than the addition of a file
   *
   * Fails as checkout does, and with TOOL_FAILED when git cannot read a history. Never cached.
   * https://git-scm.com/docs/git-cat-file
   *
   * @param checkout the container that the function checkout returned
   */
  @func({ cache: "never" })
  async record(checkout: Container): Promise<Container> {
    const [ready, location] = await this.reopened(checkout);
    return ran(ready, recordScript, [this.seconds()], (failure) =>
      unfetched(failure, location, recordBranch),
    );
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
    const done = await ran(asked, settersScript, [], (failure) =>
      unpushed(failure, location, "", this.deadline),
    );
    return done.stdout();
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
    const [ready, location] = await this.reopened(checkout);
    const done = await ran(ready, containsScript, [commit, revision], (failure) =>
      unfetched(failure, location, ""),
    );
    return (await done.stdout()).trim();
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
    return ran(ready, treeScript, asked, (failure) => unfetched(failure, location, ""));
  }

  /** The deadline as an argument of a script. */
  private seconds(): string {
    return String(Math.max(0, Math.floor(this.deadline)));
  }

  private access(): Access {
    const { username, password, sshKey, knownHosts, ca, signingKey, signingFormat, passphrase, service } =
      this;
    return { username, password, sshKey, knownHosts, ca, signingKey, signingFormat, passphrase, service };
  }

  private async reopened(checkout: Container, committer?: Author): Promise<readonly [Container, Location]> {
    const location = parseLocation(await checkout.file("/slipway/repository").contents());
    return [await openedFor(this.access(), location, checkout, randomUUID(), committer), location];
  }
}
