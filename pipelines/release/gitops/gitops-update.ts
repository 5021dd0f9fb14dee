import type { Forge } from "#modules/forge/src/index.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import type { GitopsEdit, ReleasedSource, UpdateImage } from "./edit.ts";

/** A pull request instead of a push to the branch itself. */
export interface UpdateRequest {
  readonly forge: Forge;
  /** The branch that is pushed to; a template as the message is one. `slipway/{{short}}` by default. */
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
  /** The commit's message, a template: {{images}}, {{names}}, {{count}}, {{source}}, {{short}}. */
  readonly message?: string;
  /** NAME <EMAIL>. */
  readonly author?: string;
  /** How many seconds are spent, all attempts together. */
  readonly deadline: number;
  readonly request?: UpdateRequest;
  /** Is told of the commit before a pull request is opened for it. */
  readonly onPushed?: (result: UpdateResult) => void;
}

/** What became of the GitOps repository. */
export interface UpdateResult {
  /** `newer`: nothing was written, since newer releases have set all of it. */
  readonly outcome: "committed" | "unchanged" | "newer" | "pushed" | "requested";
  /** The commit that says what now holds. */
  readonly commit: string;
  /** The branch that was pushed for a pull request. */
  readonly head?: string;
  /** The pull request's page. */
  readonly url?: string;
  /** One sentence for people; names what a newer release keeps. */
  readonly detail: string;
}
