import { referenceOf } from "./edit.ts";
import type { GitopsUpdate, UpdateRequest, UpdateResult } from "./gitops-update.ts";
import { fillMessage } from "./message.ts";

/** Opens a pull request for the pushed branch, or finds the open one. */
export async function openRequest(
  bump: GitopsUpdate,
  { forge, title }: UpdateRequest,
  head: string,
  result: UpdateResult,
): Promise<UpdateResult> {
  const subject = fillMessage(title ?? "Set {{images}}", bump.images, bump.source);
  const body = bump.images.map((image) => `- \`${referenceOf(image)}\``).join("\n");
  bump.onPushed?.({ ...result, outcome: "pushed", head });
  const url = await forge.open(head, bump.branch, subject, `${body}\n\nSource: ${bump.source.commit}\n`);
  return {
    outcome: "requested",
    commit: result.commit,
    head,
    url,
    detail: `${result.detail}; pull request ${url}`,
  };
}
