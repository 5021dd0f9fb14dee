import type { Forge } from "#modules/forge/src/index.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import type { GitopsEdit, ReleasedSource, UpdateImage } from "./edit.ts";

/** A pull request instead of a push to the branch itself. */
export interface UpdateRequest {
  readonly forge: Forge;
  /** The branch to push to, a template like the message; default: `slipway/{{short}}`. */
  readonly head?: string;
  readonly title?: string;
}

export interface GitopsUpdate {
  readonly gitops: Gitops;
  readonly kustomize: Kustomize;
  readonly repository: string;
  readonly branch: string;
  readonly edits: readonly GitopsEdit[];
  readonly images: readonly UpdateImage[];
  readonly source: ReleasedSource;
  /** The commit of the repository that a rollback undoes. */
  readonly undoes?: string;
  /** The entry of the record that arrives with the commit. */
  readonly record?: UpdateEntry;
  /** The commit's message, a template: {{images}}, {{names}}, {{count}}, {{source}}, {{short}}. */
  readonly message?: string;
  /** NAME <EMAIL>. */
  readonly author?: string;
  /** The time limit in seconds, for all attempts together. */
  readonly deadline: number;
  readonly request?: UpdateRequest;
  /** Called with the commit before a pull request is opened for it. */
  readonly onPushed?: (result: UpdateResult) => void;
}

/** An entry of the record. */
export interface UpdateEntry {
  /** For those of the images that the commit sets. */
  readonly text: (images: readonly UpdateImage[]) => string;
  /** The number of the environment's newest entry that the caller knows; absent: any. */
  readonly known?: number;
}

/** Nothing was written, because the record has a newer entry than the caller knows. */
export class StaleEntry extends Error {}

/** The result of an update of the GitOps repository. */
export interface UpdateResult {
  /** `newer`: nothing was written, because newer releases have already set every place. */
  readonly outcome: "committed" | "unchanged" | "newer" | "pushed" | "requested";
  /** The commit that holds the present state. */
  readonly commit: string;
  /** The branch that was pushed for a pull request. */
  readonly head?: string;
  /** The pull request's page. */
  readonly url?: string;
  /** One sentence for people; it names the images that a newer release keeps. */
  readonly detail: string;
}
